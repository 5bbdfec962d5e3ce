/** PUT /v2/<name>/manifests/<reference> (distribution-spec, "Pushing manifests"). */
import { parseManifest } from "../../client/fetch-manifest.ts";
import { digestOf } from "../../digest.ts";
import { RegistryError } from "../../errors.ts";
import { OCI_MANIFEST } from "../../media-types.ts";
import { type Call, type Handler, type HandlerDeps, manifestReferenceOf, repositoryOf } from "../handler.ts";

const MAX_MANIFEST = 4 * 1024 * 1024;

export function putManifest({ content }: HandlerDeps): Handler {
  return async function putManifest(call) {
    const name = repositoryOf(call);
    const reference = manifestReferenceOf(call);
    const bytes = await readBody(call);
    const digest = digestOf(bytes);
    if ("digest" in reference && reference.digest !== digest) {
      throw new RegistryError("DIGEST_INVALID", `manifest has digest ${digest}, not ${reference.digest}`);
    }
    const manifest = parseManifest(bytes, name);
    const parts = "manifests" in manifest ? [] : [manifest.config, ...manifest.layers];
    for (const part of parts) {
      if ((await content.blobSize(name, part.digest)) === undefined) {
        throw new RegistryError("MANIFEST_BLOB_UNKNOWN", `blob unknown to registry: ${part.digest}`);
      }
    }
    await content.putManifest(name, digest, bytes, manifest.mediaType ?? call.header("content-type") ?? OCI_MANIFEST);
    if ("tag" in reference) await content.setTag(name, reference.tag, digest);
    const location = `/v2/${name}/manifests/${digest}`;
    return { status: 201, headers: { location, "docker-content-digest": digest } };
  };
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
