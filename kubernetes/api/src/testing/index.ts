/** Small valid objects for tests, as the API server would have stored them: each call names only what its test is about. */
export * from "./nodes.ts";
export * from "./pods.ts";
export * from "./services.ts";
export * from "./workloads.ts";
