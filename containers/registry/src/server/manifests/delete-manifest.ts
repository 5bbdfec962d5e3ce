/** DELETE /v2/<name>/manifests/<reference>: a manifest by its digest, a tag by its name (distribution-spec, "Deleting"). */
import { RegistryError } from "../../errors.ts";
import { type Handler, type HandlerDeps, manifestReferenceOf, refuseInCache, repositoryOf } from "../handler.ts";

export function deleteManifest({ content, cache }: HandlerDeps): Handler {
  return async function deleteManifest(call) {
    refuseInCache(cache);
    const name = repositoryOf(call);
    const reference = manifestReferenceOf(call);
    await content.alone(async () => {
      const known =
        "tag" in reference
          ? await content.resolveTag(name, reference.tag)
          : await content.manifest(name, reference.digest);
      if (known === undefined)
        throw new RegistryError("MANIFEST_UNKNOWN", `manifest unknown: ${Object.values(reference).join()} in ${name}`);
      if ("tag" in reference) await content.deleteTag(name, reference.tag);
      else await content.deleteManifest(name, reference.digest);
    });
    return { status: 202 };
  };
}
