/** A client of the Docker Engine API, Skiff's or dockerd's. It costs next to nothing to import. */
export { demultiplex } from "./demultiplex.ts";
export {
  type ClientOptions,
  DockerApiError,
  type DockerClient,
  type DockerRequest,
  dockerClient,
} from "./docker-client.ts";
