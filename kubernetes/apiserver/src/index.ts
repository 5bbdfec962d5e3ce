/** The Kubernetes API server: HTTP, authentication, authorization, admission, storage and watches. */
export { createApiServer } from "./server.ts";
export type { ApiServer, ApiServerOptions, UserIdentity } from "./server-options.ts";
export { VERSION } from "./discovery/version.ts";
