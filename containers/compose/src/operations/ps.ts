/** The containers of a project, with what a person or a dashboard wants to know of each. */

import { LABEL } from "../plan/labels.ts";
import {
  type ContainerSummary,
  compareNames,
  nameOf,
  projectContainers,
  serviceOf,
} from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** A container. */
export interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly names: readonly string[];
  readonly project: string;
  readonly service: string;
  readonly image: string;
  readonly command: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** "running", "exited" … */
  readonly state: string;
  /** "Up 2 minutes (healthy)". */
  readonly status: string;
  /** Empty where it has no check. */
  readonly health: "" | "starting" | "healthy" | "unhealthy";
  /** 0 unless it has ended. */
  readonly exitCode: number;
  readonly publishers: readonly Publisher[];
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly string[];
  readonly localVolumes: number;
  readonly networks: readonly string[];
}

/** A port, and where it is published: `publishedPort` is 0 where it is not. */
export interface Publisher {
  readonly url: string;
  readonly targetPort: number;
  readonly publishedPort: number;
  readonly protocol: string;
}

/** Which containers. */
export interface PsOptions {
  /** Those that do not run and those of `run`, too. */
  readonly all?: boolean | undefined;
  /** None: all, those of services that the files do not have included. */
  readonly services?: readonly string[] | undefined;
  /** In these states only. */
  readonly states?: readonly string[] | undefined;
}

/** Lists containers of `project`, by name: one request. Throws the engine's error. */
export async function ps(
  { client }: Pick<OperationContext, "client">,
  project: string,
  { all = false, services = [], states = [] }: PsOptions = {},
): Promise<ContainerRow[]> {
  const everything = all || states.length > 0;
  const oneOff = everything ? "with" : "without";
  const found = await projectContainers(client, project, { all: everything, services, oneOff });
  return found
    .map(rowOf)
    .filter(({ state }) => states.length === 0 || states.includes(state))
    .sort((a, b) => compareNames(a.name, b.name));
}

/** What a list entry of the engine says. Pure. */
export function rowOf(summary: ContainerSummary): ContainerRow {
  const { Id: id, Image: image, Command: command, Created: created, State: state, Status: status, Labels } = summary;
  return {
    id,
    name: nameOf(summary),
    names: summary.Names.map((name) => name.replace(/^\//, "")),
    project: Labels[LABEL.project] ?? "",
    service: serviceOf(summary),
    image,
    command,
    created,
    state,
    status,
    health: healthOf(status),
    // Its one place in a list is this sentence.
    exitCode: Number(/^Exited \((-?\d+)\)/.exec(status)?.[1] ?? 0),
    publishers: summary.Ports.map(({ IP = "", PrivatePort, PublicPort = 0, Type }) => ({
      url: IP,
      targetPort: PrivatePort,
      publishedPort: PublicPort,
      protocol: Type,
    })).sort((a, b) => a.targetPort - b.targetPort || a.publishedPort - b.publishedPort || (a.url < b.url ? -1 : 1)),
    labels: Labels,
    mounts: summary.Mounts.map(({ Name, Source }) => Name ?? Source ?? ""),
    localVolumes: summary.Mounts.filter(({ Driver }) => Driver === "local").length,
    networks: Object.keys(summary.NetworkSettings?.Networks ?? {}),
  };
}

function healthOf(status: string): ContainerRow["health"] {
  const word = /\((health: starting|healthy|unhealthy)\)$/.exec(status)?.[1];
  if (word === "health: starting") return "starting";
  return word === "healthy" || word === "unhealthy" ? word : "";
}
