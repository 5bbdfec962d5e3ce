/** The containers of projects, as the engine lists them. */
import type { DockerClient } from "@skiff/docker/client";
import { LABEL } from "../plan/labels.ts";

/** An entry of GET /containers/json, as far as it is used. */
export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly State: string;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly PortSummary[];
  readonly Mounts: readonly { readonly Name?: string; readonly Source?: string; readonly Driver?: string }[];
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, unknown>> };
}

/** A port of a container; without PublicPort it is not published. */
export interface PortSummary {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

/** Which containers of a project are meant. */
export interface ContainerChoice {
  /** Those that ended or never started, too. */
  readonly all?: boolean;
  /** None: all. */
  readonly services?: readonly string[];
  /** Those of `run`: left out, with the others, or alone. Default: left out. */
  readonly oneOff?: "without" | "with" | "only";
}

/** Lists containers of `project`, by name. Throws the engine's error. */
export async function projectContainers(
  client: DockerClient,
  project: string,
  { all = false, services = [], oneOff = "without" }: ContainerChoice = {},
): Promise<ContainerSummary[]> {
  const label = [
    `${LABEL.project}=${project}`,
    ...(oneOff === "with" ? [] : [`${LABEL.oneOff}=${oneOff === "only" ? "True" : "False"}`]),
  ];
  const query = { all: all ? "1" : undefined, filters: JSON.stringify({ label }) };
  const found = await client.json<readonly ContainerSummary[]>("/containers/json", { query });
  return found
    .filter(({ Labels }) => services.length === 0 || services.includes(Labels[LABEL.service] ?? ""))
    .sort((a, b) => compareNames(nameOf(a), nameOf(b)));
}

/** The name of a container, without the slash. */
export function nameOf({ Names, Id }: Pick<ContainerSummary, "Names" | "Id">): string {
  // Links put names with more slashes beside it.
  const name = Names.find((candidate) => candidate.lastIndexOf("/") === 0) ?? Names[0];
  return name?.replace(/^\//, "") ?? Id.slice(0, 12);
}

/** The service of a container; empty where it has none. */
export const serviceOf = ({ Labels }: Pick<ContainerSummary, "Labels">): string => Labels[LABEL.service] ?? "";

/** Order of names: "web-2" before "web-10". */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** The container of a service that `--index` means, or its first one. Throws where there is none. */
export async function serviceContainer(
  client: DockerClient,
  project: string,
  service: string,
  { index, all = false }: { readonly index?: number | undefined; readonly all?: boolean } = {},
): Promise<ContainerSummary> {
  const found = await projectContainers(client, project, { services: [service], all, oneOff: "with" });
  const numbered = found
    .filter(({ Labels }) => index === undefined || Labels[LABEL.number] === String(index))
    .sort((a, b) => numberOf(a) - numberOf(b));
  const first = numbered[0];
  if (first !== undefined) return first;
  throw new Error(
    index === undefined
      ? `service ${JSON.stringify(service)} is not running`
      : `service ${JSON.stringify(service)} is not running container #${index}`,
  );
}

// Containers of `run` have no place among the others: they come last.
function numberOf({ Labels }: ContainerSummary): number {
  return Labels[LABEL.oneOff] === "True" ? Number.POSITIVE_INFINITY : Number(Labels[LABEL.number] ?? 0);
}
