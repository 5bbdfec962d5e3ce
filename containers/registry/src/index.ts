/** OCI distribution: references, the registry client and the registry server. */
export { createRegistryClient } from "./client/client.ts";
export { type Credentials, dockerConfigCredentials } from "./client/credentials.ts";
export { parseManifest } from "./client/fetch-manifest.ts";
export { type RegistriesConfig, registriesFile } from "./client/registries-config.ts";
export type {
  BlobSource,
  FetchBlobOptions,
  FetchedManifest,
  FetchOptions,
  PushBlobOptions,
  PushOutcome,
  RegistryClient,
  RegistryClientOptions,
} from "./client/registry-client.ts";
export type { Descriptor, Index, Manifest, Platform } from "./descriptor.ts";
export { digestOf, isDigest, verified } from "./digest.ts";
export { isNotFound, isUnauthorized, isUnreachable, RegistryError, type RegistryErrorCode } from "./errors.ts";
export * as mediaTypes from "./media-types.ts";
export { hostPlatform, parsePlatform, selectPlatform } from "./platform.ts";
export { familiarReference, formatReference, isTag, parseReference, type Reference } from "./reference.ts";
export { type RegistryServer, type RegistryServerOptions, startRegistryServer } from "./server/server.ts";
