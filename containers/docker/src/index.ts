/** The Docker Engine API over Skiff's engine. */
export { createDockerApi, type DockerApi, type DockerApiOptions } from "./api.ts";
