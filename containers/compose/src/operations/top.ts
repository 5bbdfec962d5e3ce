/** The processes of a project's containers. */
import { LABEL } from "../plan/labels.ts";
import { nameOf, projectContainers, serviceOf } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** The processes of one container: a cell for each title. */
export interface ContainerProcesses {
  readonly name: string;
  readonly service: string;
  readonly number: string;
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
}

/** Asks each container that runs, several at a time. By name. */
export async function top(
  { client }: Pick<OperationContext, "client">,
  project: string,
  { services = [] }: { readonly services?: readonly string[] } = {},
): Promise<ContainerProcesses[]> {
  const containers = await projectContainers(client, project, { services });
  return Promise.all(
    containers.map(async (container) => {
      const { Titles, Processes } = await client.json<{ Titles: string[]; Processes: string[][] | null }>(
        `/containers/${container.Id}/top`,
      );
      return {
        name: nameOf(container),
        service: serviceOf(container),
        number: container.Labels[LABEL.number] ?? "",
        titles: Titles,
        processes: Processes ?? [],
      };
    }),
  );
}
