/** The container that a verb about one container means. */
import { nameOf, projectContainers, serviceContainer } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** A container. */
export interface FoundContainer {
  readonly id: string;
  readonly name: string;
}

/** The container of a service, its first one unless `index` says which. Throws where there is none that runs, or with `all` none at all. */
export async function containerOf(
  { client }: Pick<OperationContext, "client">,
  project: string,
  service: string,
  choice: { readonly index?: number | undefined; readonly all?: boolean } = {},
): Promise<FoundContainer> {
  const container = await serviceContainer(client, project, service, choice);
  return { id: container.Id, name: nameOf(container) };
}

/** All containers of a service, those that do not run included. Throws where there is none. */
export async function containersOfService(
  { client }: Pick<OperationContext, "client">,
  project: string,
  service: string,
  { oneOff = false }: { readonly oneOff?: boolean } = {},
): Promise<readonly FoundContainer[]> {
  const choice = { all: true, services: [service], oneOff: oneOff ? "with" : "without" } as const;
  const containers = await projectContainers(client, project, choice);
  if (containers.length === 0) throw new Error(`no container found for service ${JSON.stringify(service)}`);
  return containers.map((container) => ({ id: container.Id, name: nameOf(container) }));
}
