/** The volumes of a project. */
import { LABEL } from "../plan/labels.ts";
import { projectContainers } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** A volume, as the engine lists it. */
export interface VolumeRow {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Scope: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** Lists volumes, by name: all of the project's, or those that containers of `services` have. */
export async function volumes(
  { client }: Pick<OperationContext, "client">,
  project: string,
  { services = [] }: { readonly services?: readonly string[] } = {},
): Promise<VolumeRow[]> {
  const filters = JSON.stringify({ label: [`${LABEL.project}=${project}`] });
  const [{ Volumes }, containers] = await Promise.all([
    client.json<{ readonly Volumes: readonly VolumeRow[] | null }>("/volumes", { query: { filters } }),
    services.length === 0 ? [] : projectContainers(client, project, { all: true, services, oneOff: "with" }),
  ]);
  const mounted = new Set(containers.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name)));
  return (Volumes ?? [])
    .filter(({ Name }) => services.length === 0 || mounted.has(Name))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
}
