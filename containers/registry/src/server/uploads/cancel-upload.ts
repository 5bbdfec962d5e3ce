/** DELETE /v2/<name>/blobs/uploads/<id>: gives an upload up. */
import { type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";
import { uploadOf } from "./upload-of.ts";

export function cancelUpload({ content }: HandlerDeps): Handler {
  return async function cancelUpload(call) {
    repositoryOf(call);
    const { id } = await uploadOf(content, call);
    await content.uploads.cancel(id);
    return { status: 204 };
  };
}
