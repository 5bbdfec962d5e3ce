/** PUT /v2/<name>/blobs/uploads/<id>?digest=<digest>, with the last or only chunk (distribution-spec, "Pushing blobs"). */
import { digestOfCall, type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";
import { chunkStart } from "./chunk-start.ts";
import { uploadOf } from "./upload-of.ts";

export function finishUpload({ content }: HandlerDeps): Handler {
  return async function finishUpload(call) {
    const name = repositoryOf(call);
    const { id } = await uploadOf(content, call);
    const digest = digestOfCall(call.query.get("digest"));
    if (call.header("content-length") !== "0") await content.uploads.append(id, call.body, chunkStart(call));
    await content.finishUpload(id, name, digest);
    return { status: 201, headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest } };
  };
}
