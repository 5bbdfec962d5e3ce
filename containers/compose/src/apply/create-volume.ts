/** A volume is made. */
import { DockerApiError } from "@skiff/docker/client";
import { LABEL, volumeLabels } from "../plan/labels.ts";
import type { Site } from "./site.ts";

/** Makes the volume that the file calls `key`; answers whether it was not there. One of that name that is not the project's is used as it is. */
export async function createVolume({ context, project }: Site, key: string): Promise<boolean> {
  const { client, progress, signal } = context;
  const volume = project.volumes[key];
  if (volume === undefined) throw new Error(`the project has no volume ${key}`);
  const { name } = volume;
  // The engine answers a request for one that is there with that one, whatever it was made from.
  const labels = await labelsOf({ context }, name);
  if (labels !== undefined) {
    const owner = labels[LABEL.project];
    if (owner === undefined)
      progress.warn(
        `volume "${name}" already exists but was not created by Docker Compose. Use \`external: true\` to use an existing volume`,
      );
    else if (owner !== project.name)
      progress.warn(
        `volume "${name}" already exists but was created for project "${owner}" (expected "${project.name}"). Use \`external: true\` to use an existing volume`,
      );
    return false;
  }
  const id = `Volume ${name}`;
  progress.event({ id, text: "Creating", status: "working" });
  const json = {
    Name: name,
    Labels: volumeLabels(project, key, volume),
    ...{ Driver: volume.driver, DriverOpts: volume.driver_opts },
  };
  try {
    await client.json("/volumes/create", { method: "POST", json, signal });
  } catch (error) {
    progress.event({ id, text: "Error", status: "error" });
    throw error;
  }
  progress.event({ id, text: "Created", status: "done" });
  return true;
}

async function labelsOf(
  { context: { client, signal } }: Pick<Site, "context">,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const volume = await client.json<{ readonly Labels: Readonly<Record<string, string>> | null }>(
      `/volumes/${encodeURIComponent(name)}`,
      { signal },
    );
    return volume.Labels ?? {};
  } catch (error) {
    if (error instanceof DockerApiError && error.status === 404) return undefined;
    throw error;
  }
}
