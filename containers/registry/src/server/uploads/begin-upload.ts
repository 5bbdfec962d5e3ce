/** POST /v2/<name>/blobs/uploads/, with the content at once where a digest is given (distribution-spec, "Pushing blobs"). */
import { digestOfCall, type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";

export function beginUpload({ content }: HandlerDeps): Handler {
  return async function beginUpload(call) {
    const name = repositoryOf(call);
    const digest = call.query.get("digest");
    const id = await content.beginUpload();
    if (digest !== null) {
      const checked = digestOfCall(digest);
      await content.append(id, call.body);
      await content.finishUpload(id, name, checked);
      return { status: 201, headers: { location: `/v2/${name}/blobs/${checked}`, "docker-content-digest": checked } };
    }
    const location = `/v2/${name}/blobs/uploads/${id}`;
    return { status: 202, headers: { location, "docker-upload-uuid": id, range: "0-0" } };
  };
}
