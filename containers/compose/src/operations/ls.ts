/** The projects that there are. */
import type { DockerClient } from "@skiff/docker/client";
import { LABEL } from "../plan/labels.ts";
import type { ContainerSummary } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** A project. */
export interface ProjectRow {
  readonly name: string;
  /** "running(2)", "exited(1), running(2)". */
  readonly status: string;
  /** Paths with commas between them, or "N/A". */
  readonly configFiles: string;
}

/** Lists the projects that have a container that runs; with `all`, any container. By name. */
export async function ls(
  { client }: Pick<OperationContext, "client">,
  { all = false }: { readonly all?: boolean } = {},
): Promise<ProjectRow[]> {
  return projectsOf(await labelled(client, all));
}

function labelled(client: DockerClient, all: boolean): Promise<readonly ContainerSummary[]> {
  const filters = JSON.stringify({ label: [LABEL.project, LABEL.configHash] });
  return client.json("/containers/json", { query: { all: all ? "1" : undefined, filters } });
}

/** Groups containers. Pure. */
export function projectsOf(containers: readonly Pick<ContainerSummary, "Labels" | "State">[]): ProjectRow[] {
  const groups = Object.groupBy(containers, ({ Labels }) => Labels[LABEL.project] ?? "");
  return Object.entries(groups)
    .map(([name, members = []]) => {
      const states = Object.entries(Object.groupBy(members, ({ State }) => State)).sort(([a], [b]) => (a < b ? -1 : 1));
      const files = new Set(members.flatMap(({ Labels }) => (Labels[LABEL.configFiles] ?? "").split(",")));
      files.delete("");
      return {
        name,
        status: states.map(([state, those = []]) => `${state}(${those.length})`).join(", "),
        configFiles: files.size === 0 ? "N/A" : [...files].join(","),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
