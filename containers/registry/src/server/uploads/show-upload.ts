/** GET /v2/<name>/blobs/uploads/<id>: how far it got (distribution-spec, "Pushing a blob in chunks"). */
import { type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";
import { uploadHeaders, uploadOf } from "./upload-of.ts";

export function showUpload({ content }: HandlerDeps): Handler {
  return async function showUpload(call) {
    const name = repositoryOf(call);
    const { id, size } = await uploadOf(content, call);
    return { status: 204, headers: uploadHeaders(name, id, size) };
  };
}
