/** The Kubernetes API server: HTTP, authentication, authorization, admission, storage and watches. */

export { readAdmissionConfiguration } from "./admission/admission-configuration.ts";
export { goDuration } from "./configuration/go-duration.ts";
export { VERSION } from "./discovery/version.ts";
export { type EncryptionOf, readEncryptionConfiguration } from "./encryption/encryption-configuration.ts";
export { createApiServer } from "./server.ts";
export type { ApiServer, ApiServerOptions, UserIdentity } from "./server-options.ts";
