/** PATCH /v2/<name>/blobs/uploads/<id> (distribution-spec, "Pushing a blob in chunks"). */
import { RegistryError } from "../../errors.ts";
import { type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";
import { chunkStart } from "./chunk-start.ts";
import { uploadHeaders, uploadOf } from "./upload-of.ts";

export function continueUpload({ content }: HandlerDeps): Handler {
  return async function continueUpload(call) {
    const name = repositoryOf(call);
    const { id, size } = await uploadOf(content, call);
    const start = chunkStart(call);
    if (start !== undefined && start !== size) {
      const error = new RegistryError("BLOB_UPLOAD_INVALID", `chunk starts at ${start}, the upload stands at ${size}`);
      const body = Buffer.from(JSON.stringify({ errors: [{ code: error.code, message: error.message }] }));
      return { status: 416, headers: { ...uploadHeaders(name, id, size), "content-type": "application/json" }, body };
    }
    return { status: 202, headers: uploadHeaders(name, id, await content.uploads.append(id, call.body, start)) };
  };
}
