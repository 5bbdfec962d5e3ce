/** PUT /v2/<name>/manifests/<reference> (distribution-spec, "Pushing manifests"). */
import type { Manifest } from "../descriptor.ts";
import { digestOf } from "../digest.ts";
import { OCI_MANIFEST } from "../media-types.ts";
import { familiarReference, type Reference } from "../reference.ts";
import type { Http } from "./http.ts";
import type { FetchOptions } from "./registry-client.ts";

/** See RegistryClient.pushManifest. */
export async function pushManifest(
  http: Http,
  reference: Reference,
  manifest: Manifest,
  bytes: Uint8Array,
  options: FetchOptions = {},
): Promise<void> {
  const response = await http.request(reference, {
    method: "PUT",
    path: `/manifests/${reference.tag ?? digestOf(bytes)}`,
    headers: { "content-type": manifest.mediaType ?? OCI_MANIFEST },
    body: () => new Uint8Array(bytes),
    action: "pull,push",
    auth: options.auth,
    signal: options.signal,
  });
  if (response.status !== 201) throw await http.failure(response, `push of ${familiarReference(reference)}`);
  await response.discard();
}
