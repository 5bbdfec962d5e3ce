/** GET and HEAD /v2/<name>/manifests/<reference> (distribution-spec, "Pulling manifests"). */
import { RegistryError } from "../../errors.ts";
import { type Handler, type HandlerDeps, manifestReferenceOf, repositoryOf } from "../handler.ts";

export function getManifest({ content, cache }: HandlerDeps): Handler {
  return async function getManifest(call) {
    const name = repositoryOf(call);
    const reference = manifestReferenceOf(call);
    await cache?.manifest(name, reference);
    const digest = "digest" in reference ? reference.digest : await content.resolveTag(name, reference.tag);
    const found = digest === undefined ? undefined : await content.manifest(name, digest);
    if (digest === undefined || found === undefined) {
      throw new RegistryError("MANIFEST_UNKNOWN", `manifest unknown: ${Object.values(reference).join()} in ${name}`);
    }
    const headers = {
      "content-type": found.mediaType,
      "content-length": String(found.bytes.byteLength),
      "docker-content-digest": digest,
      etag: `"${digest}"`,
    };
    if (call.header("if-none-match") === headers.etag) return { status: 304, headers: { etag: headers.etag } };
    return { status: 200, headers, body: found.bytes };
  };
}
