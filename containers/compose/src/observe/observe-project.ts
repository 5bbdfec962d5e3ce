/** Reads what runs of a project: one list each of containers, networks and volumes. */
import type { DockerClient } from "@skiff/docker/client";
import { LABEL } from "../plan/labels.ts";
import type { Observed, ObservedContainer, ObservedResource } from "./observed.ts";

interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Status: string;
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, { readonly NetworkID: string }>> | null };
  readonly Mounts?: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

interface ResourceSummary {
  readonly Id?: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** How a list is narrowed. */
export interface ObserveOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Everything that bears the labels of project `name`. */
export async function observeProject(
  client: DockerClient,
  name: string,
  options: ObserveOptions = {},
): Promise<Observed> {
  const [containers, networks, volumes] = await Promise.all([
    observeContainers(client, name, options),
    list<ResourceSummary[]>(client, "/networks", name, options),
    list<{ readonly Volumes: ResourceSummary[] | null }>(client, "/volumes", name, options),
  ]);
  return {
    containers,
    networks: networks.map((network) => resource(network, LABEL.network)),
    volumes: (volumes.Volumes ?? []).map((volume) => resource(volume, LABEL.volume)),
  };
}

/** All containers of project `name`, those of `run` and those that do not run included, in the order of their numbers. */
export async function observeContainers(
  client: DockerClient,
  name: string,
  options: ObserveOptions = {},
): Promise<ObservedContainer[]> {
  const summaries = await list<ContainerSummary[]>(client, "/containers/json", name, options, { all: "1" });
  return summaries
    .map(container)
    .filter(({ service }) => service !== "")
    .sort((a, b) => (a.service === b.service ? a.number - b.number : a.service < b.service ? -1 : 1));
}

function list<T>(
  client: DockerClient,
  path: string,
  project: string,
  { signal }: ObserveOptions,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const filters = JSON.stringify({ label: [`${LABEL.project}=${project}`] });
  return client.json<T>(path, { query: { ...query, filters }, ...(signal === undefined ? {} : { signal }) });
}

function container(summary: ContainerSummary): ObservedContainer {
  const labels = summary.Labels ?? {};
  const number = Number(labels[LABEL.number]);
  return {
    id: summary.Id,
    name: nameOf(summary.Names),
    service: labels[LABEL.service] ?? "",
    number: Number.isInteger(number) ? number : 0,
    oneOff: labels[LABEL.oneOff] === "True",
    state: summary.State,
    status: summary.Status,
    configHash: labels[LABEL.configHash],
    image: labels[LABEL.image],
    networks: Object.fromEntries(
      Object.entries(summary.NetworkSettings?.Networks ?? {}).map(([name, { NetworkID }]) => [name, NetworkID]),
    ),
    mounts: (summary.Mounts ?? []).map((mount) => ({
      ...{ type: mount.Type, name: mount.Name, source: mount.Source },
      ...{ target: mount.Destination, readOnly: !mount.RW },
    })),
    labels,
    createdAt: summary.Created,
  };
}

/** A linked container has one name more for each link to it: "/web/db". */
function nameOf(names: readonly string[]): string {
  const own = names.find((name) => name.lastIndexOf("/") === 0) ?? names[0] ?? "";
  return own.replace(/^\//, "");
}

function resource({ Id, Name, Labels }: ResourceSummary, label: string): ObservedResource {
  return { key: Labels?.[label] ?? "", name: Name, id: Id ?? Name, configHash: Labels?.[LABEL.configHash] };
}
