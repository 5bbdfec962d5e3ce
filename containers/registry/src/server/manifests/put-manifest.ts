/** PUT /v2/<name>/manifests/<reference> (distribution-spec, "Pushing manifests"). */
import { isDescriptor, parseManifest } from "../../client/fetch-manifest.ts";
import type { Index, Manifest } from "../../descriptor.ts";
import { digestOf } from "../../digest.ts";
import { RegistryError } from "../../errors.ts";
import { OCI_MANIFEST } from "../../media-types.ts";
import {
  type Call,
  type Handler,
  type HandlerDeps,
  manifestReferenceOf,
  refuseInCache,
  repositoryOf,
} from "../handler.ts";

const MAX_MANIFEST = 4 * 1024 * 1024;

export function putManifest({ content, cache }: HandlerDeps): Handler {
  return async function putManifest(call) {
    refuseInCache(cache);
    const name = repositoryOf(call);
    const reference = manifestReferenceOf(call);
    const bytes = await readBody(call);
    const digest = digestOf(bytes);
    if ("digest" in reference && reference.digest !== digest) {
      throw new RegistryError("DIGEST_INVALID", `manifest has digest ${digest}, not ${reference.digest}`);
    }
    const manifest = parseManifest(bytes, name) as (Manifest | Index) & Described;
    const mediaType = manifest.mediaType ?? call.header("content-type")?.split(";")[0]?.trim() ?? OCI_MANIFEST;
    const subject = subjectOf(manifest, { mediaType, digest, size: bytes.byteLength });
    await content.alone(async () => {
      await requireParts(content, name, manifest);
      await content.putManifest(name, digest, bytes, mediaType, subject);
      if ("tag" in reference) await content.setTag(name, reference.tag, digest);
    });
    const described: Record<string, string> = subject === undefined ? {} : { "oci-subject": subject.digest };
    const location = `/v2/${name}/manifests/${digest}`;
    return { status: 201, headers: { location, "docker-content-digest": digest, ...described } };
  };
}

/** What a manifest can say besides what an image needs. */
interface Described {
  readonly subject?: unknown;
  readonly artifactType?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
}

function subjectOf(
  manifest: (Manifest | Index) & Described,
  self: { readonly mediaType: string; readonly digest: string; readonly size: number },
) {
  const { subject, artifactType, annotations } = manifest;
  if (subject === undefined || subject === null) return undefined;
  if (!isDescriptor(subject)) throw new RegistryError("MANIFEST_INVALID", "manifest has a malformed subject");
  const own = typeof artifactType === "string" && artifactType !== "" ? artifactType : undefined;
  const type = own ?? ("config" in manifest ? manifest.config.mediaType : undefined);
  return { digest: subject.digest, referrer: { ...self, artifactType: type, annotations } };
}

async function requireParts(content: HandlerDeps["content"], name: string, manifest: Manifest | Index): Promise<void> {
  if ("manifests" in manifest) {
    for (const { digest } of manifest.manifests)
      if ((await content.manifest(name, digest)) === undefined)
        throw new RegistryError("MANIFEST_BLOB_UNKNOWN", `manifest unknown to registry: ${digest}`);
    return;
  }
  for (const { digest, mediaType } of [manifest.config, ...manifest.layers]) {
    // Layers that must not be distributed are elsewhere.
    if (mediaType.includes(".nondistributable.") || mediaType.includes(".foreign.")) continue;
    if ((await content.blobSize(name, digest)) === undefined)
      throw new RegistryError("MANIFEST_BLOB_UNKNOWN", `blob unknown to registry: ${digest}`);
  }
}

async function readBody(call: Call): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of call.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_MANIFEST) throw new RegistryError("SIZE_INVALID", `manifest exceeds ${MAX_MANIFEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
