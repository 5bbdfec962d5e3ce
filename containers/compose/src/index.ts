/** Compose files, and the projects that run from them. */
export type { DockerClient } from "@skiff/docker/client";
