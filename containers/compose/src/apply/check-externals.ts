/** Networks and volumes that are declared as external must be there. */
import type { Project } from "../model.ts";
import type { OperationContext } from "../operations/context.ts";
import { isGone } from "./container-steps.ts";

/** Throws for the first one that is missing. Costs nothing where there are none. */
export async function checkExternals({ client, signal }: OperationContext, project: Project): Promise<void> {
  const services = Object.values(project.services);
  const networks = Object.entries(project.networks).filter(
    ([key, { external }]) => external && services.some((service) => Object.hasOwn(service.networks ?? {}, key)),
  );
  const volumes = Object.entries(project.volumes).filter(
    ([key, { external }]) =>
      external && services.some((service) => service.volumes?.some((each) => each.source === key)),
  );
  const check = async (path: string, missing: string): Promise<void> => {
    try {
      await client.json(path, { signal });
    } catch (error) {
      if (isGone(error)) throw new Error(missing, { cause: error });
      throw error;
    }
  };
  await Promise.all([
    ...networks.map(([, { name }]) =>
      check(`/networks/${encodeURIComponent(name)}`, `network ${name} declared as external, but could not be found`),
    ),
    ...volumes.map(([, { name }]) =>
      check(`/volumes/${encodeURIComponent(name)}`, `external volume "${name}" not found`),
    ),
  ]);
}
