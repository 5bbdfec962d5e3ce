/** Makes a rollout follow from a rebuilt image: a tag that stays the same would not change the Pod template by itself. */
import type { Manifest, ManifestObject } from "./manifests.ts";

/** Annotation on the Pod template that names the images it was deployed with. */
export const IMAGES_ANNOTATION = "skiff.io/images";

interface PodTemplate {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly containers?: readonly { readonly image?: string }[];
    readonly initContainers?: readonly { readonly image?: string }[];
  };
}

/**
 * The manifest with the ids of the `built` images (name → id) that its Pod template uses noted in an annotation of that template.
 * A manifest without a template, or one that uses none of them, is given back as it is.
 */
export function stampImages(manifest: Manifest, built: ReadonlyMap<string, string>): Manifest {
  const spec = manifest.object.spec as { readonly template?: PodTemplate } | undefined;
  const template = spec?.template;
  const containers = [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])];
  const ids = containers.flatMap(({ image }) => (image === undefined ? [] : (built.get(image) ?? [])));
  if (!template || ids.length === 0) return manifest;
  const short = [...new Set(ids)].map((id) => id.replace("sha256:", "").slice(0, 12)).join(",");
  const annotations = { ...template.metadata?.annotations, [IMAGES_ANNOTATION]: short };
  const stamped: ManifestObject = {
    ...manifest.object,
    spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } },
  };
  return { ...manifest, object: stamped };
}
