/** The container that a verb about one container means. */
import { nameOf, serviceContainer } from "../read/project-containers.ts";
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
