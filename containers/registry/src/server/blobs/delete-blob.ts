/** DELETE /v2/<name>/blobs/<digest> (distribution-spec, "Deleting Blobs"). */
import { RegistryError } from "../../errors.ts";
import { digestOfCall, type Handler, type HandlerDeps, refuseInCache, repositoryOf } from "../handler.ts";

export function deleteBlob({ content, cache }: HandlerDeps): Handler {
  return async function deleteBlob(call) {
    refuseInCache(cache);
    const name = repositoryOf(call);
    const digest = digestOfCall(call.params.digest);
    if ((await content.blobSize(name, digest)) === undefined)
      throw new RegistryError("BLOB_UNKNOWN", `blob unknown to registry: ${digest}`);
    await content.unlinkBlob(name, digest);
    return { status: 202, headers: { "docker-content-digest": digest } };
  };
}
