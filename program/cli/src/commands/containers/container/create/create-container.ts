/** A container from the flags of `skiff run` and `skiff create`, its image fetched where it is missing. */
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import type { ParsedFlags } from "../../../../docker-client/parse-flags.ts";
import { VerbFailure } from "../../verb.ts";

/** Creates it and gives its id; warnings are told. Throws the API's error, and VerbFailure for an unusable `--cidfile` or `--pull`. */
export async function createContainer(
  client: DockerClient,
  flags: ParsedFlags,
  image: string,
  body: object,
): Promise<string> {
  const pull = flags.value("pull") ?? "missing";
  if (!["always", "missing", "never", ""].includes(pull))
    throw new VerbFailure(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`, 125);
  const cidFile = flags.value("cidfile");
  const reserved = cidFile === undefined ? undefined : await reserve(cidFile);
  const platform = flags.value("platform");
  const query = { name: flags.value("name"), platform };
  const attempt = () =>
    client.json<{ Id: string; Warnings?: readonly string[] | null }>("/containers/create", {
      method: "POST",
      query,
      json: body,
    });
  const fetchImage = async () => {
    const { pullImage } = await import("../../image/pull-image.ts");
    await pullImage(client, image, { platform, output: flags.has("quiet") ? undefined : process.stderr });
  };
  try {
    if (pull === "always") await fetchImage();
    const { Id, Warnings } = await attempt().catch(async (error: unknown) => {
      if (!(error instanceof DockerApiError) || !/^No such image/.test(error.message) || pull === "never") throw error;
      if (!flags.has("quiet")) process.stderr.write(`Unable to find image '${withTag(image)}' locally\n`);
      await fetchImage();
      return attempt();
    });
    for (const warning of Warnings ?? []) process.stderr.write(`WARNING: ${warning}\n`);
    await reserved?.(Id);
    return Id;
  } catch (error) {
    await reserved?.("");
    throw error;
  }
}

function withTag(image: string): string {
  return image.includes("@") || image.lastIndexOf(":") > image.lastIndexOf("/") ? image : `${image}:latest`;
}

/** Takes the file; what it gives writes the id, or removes the file where there is none. */
async function reserve(path: string): Promise<(id: string) => Promise<void>> {
  const { open, rm } = await import("node:fs/promises");
  const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST")
      throw new VerbFailure(
        `container ID file found, make sure the other container isn't running or delete ${path}`,
        125,
      );
    throw new VerbFailure(`failed to create the container ID file: ${error.message}`, 125);
  });
  return async (id) => {
    await file.write(id);
    await file.close();
    if (id === "") await rm(path);
  };
}
