/** The client of OCI registries: what the engine pulls and pushes with. */
import { fetchBlob } from "./fetch-blob.ts";
import { fetchManifest } from "./fetch-manifest.ts";
import { createHttp } from "./http.ts";
import { login } from "./login.ts";
import { pushBlob } from "./push-blob.ts";
import { pushManifest } from "./push-manifest.ts";
import type { RegistryClient, RegistryClientOptions } from "./registry-client.ts";

/** Makes a client. It opens connections when it is used and holds nothing that needs closing. */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const http = createHttp(options);
  return {
    fetchManifest: (reference, call) => fetchManifest(http, reference, call),
    fetchBlob: (reference, descriptor, call) => fetchBlob(http, reference, descriptor, call),
    pushBlob: (reference, descriptor, open, call) => pushBlob(http, reference, descriptor, open, call),
    login: (registry, auth, call) => login(http, registry, auth, call?.signal),
    pushManifest: (reference, manifest, bytes, call) => pushManifest(http, reference, manifest, bytes, call),
  };
}
