/** Compose files, and the projects that run from them. What runs is behind doors of its own (`@skiff/compose/load`, `@skiff/compose/operations/up` …): importing this costs nothing. */
export type { DockerClient } from "@skiff/docker/client";
export type { LoadOptions } from "./load/load-options.ts";
export type * from "./model.ts";
export type { ContainerOutput, OperationContext, RegistryAuth } from "./operations/context.ts";
export type { Progress, ProgressEvent, ProgressStatus } from "./progress.ts";
