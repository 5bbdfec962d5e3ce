/** OCI distribution: references, the registry client and the registry server. */
export {
  createRegistryClient,
  type FetchOptions,
  type RegistryClient,
  type RegistryClientOptions,
} from "./client/client.ts";
export { type Credentials, dockerConfigCredentials } from "./client/credentials.ts";
export type { BlobSource } from "./client/fetch-blob.ts";
export { type FetchedManifest, parseManifest } from "./client/fetch-manifest.ts";
export type { Descriptor, Index, Manifest, Platform } from "./descriptor.ts";
export { digestOf, isDigest, verified } from "./digest.ts";
export { isNotFound, isUnauthorized, isUnreachable, RegistryError, type RegistryErrorCode } from "./errors.ts";
export * as mediaTypes from "./media-types.ts";
export { hostPlatform, parsePlatform, selectPlatform } from "./platform.ts";
export { familiarReference, formatReference, isTag, parseReference, type Reference } from "./reference.ts";
export { type RegistryServer, type RegistryServerOptions, startRegistryServer } from "./server/server.ts";
