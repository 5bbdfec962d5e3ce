/** PATCH /v2/<name>/blobs/uploads/<id> (distribution-spec, "Pushing a blob in chunks"). */
import { RegistryError } from "../../errors.ts";
import { type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";
import { uploadOf } from "./upload-of.ts";

export function continueUpload({ content }: HandlerDeps): Handler {
  return async function continueUpload(call) {
    const name = repositoryOf(call);
    const { id, size } = await uploadOf(content, call);
    const start = /^(?:bytes )?(\d{1,15})-\d+/.exec(call.header("content-range") ?? "")?.[1];
    if (start !== undefined && Number(start) !== size) {
      throw new RegistryError("BLOB_UPLOAD_INVALID", `chunk starts at ${start}, the upload stands at ${size}`);
    }
    const total = await content.append(id, call.body);
    const location = `/v2/${name}/blobs/uploads/${id}`;
    return { status: 202, headers: { location, "docker-upload-uuid": id, range: `0-${Math.max(total - 1, 0)}` } };
  };
}
