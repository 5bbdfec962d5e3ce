/** POST /v2/<name>/blobs/uploads/: an upload, or the content at once, or a blob another repository has (distribution-spec, "Pushing blobs"). */
import { isRepository } from "../../reference.ts";
import { digestOfCall, type Handler, type HandlerDeps, refuseInCache, repositoryOf } from "../handler.ts";
import { uploadHeaders } from "./upload-of.ts";

export function beginUpload({ content, cache }: HandlerDeps): Handler {
  return async function beginUpload(call) {
    refuseInCache(cache);
    const name = repositoryOf(call);
    const stored = (digest: string) => ({
      status: 201,
      headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest },
    });
    const mount = call.query.get("mount");
    const from = call.query.get("from");
    if (mount !== null) {
      const digest = digestOfCall(mount);
      const mounted = await content.alone(async () => {
        const sources = from === null ? [name] : isRepository(from) && call.may(from, "pull") ? [from] : [];
        for (const source of sources)
          if ((await content.blobSize(source, digest)) !== undefined) {
            await content.linkBlob(name, digest);
            return true;
          }
        return false;
      });
      // What cannot be mounted is uploaded.
      if (mounted) return stored(digest);
    }
    const digest = call.query.get("digest");
    const checked = digest === null ? undefined : digestOfCall(digest);
    const id = await content.uploads.begin();
    if (checked === undefined) return { status: 202, headers: uploadHeaders(name, id, 0) };
    await content.uploads.append(id, call.body);
    await content.finishUpload(id, name, checked);
    return stored(checked);
  };
}
