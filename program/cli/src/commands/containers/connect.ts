import { type DockerClient, dockerClient } from "@skiff/docker/client";
import { layoutFor } from "../../layout.ts";

/** A client of the instance that the environment means (`SKIFF_NAME`, `SKIFF_DATA`), or the default one. */
export function connect(): DockerClient {
  return dockerClient(layoutFor({}).dockerSocket);
}
