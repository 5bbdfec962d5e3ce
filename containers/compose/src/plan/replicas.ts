/** How many containers a service has. */
import type { Service } from "../model.ts";

/** The number that `scale` says for it, else the file's, else 1. Throws for several containers of one name. */
export function replicas(service: Service, scale: Readonly<Record<string, number>> = {}): number {
  const count = scale[service.name] ?? service.scale ?? service.deploy?.replicas ?? 1;
  if (count > 1 && service.container_name !== undefined)
    throw new Error(
      `service ${JSON.stringify(service.name)} has the container name ${JSON.stringify(service.container_name)}, which only one container can bear: remove container_name to scale it to ${count}`,
    );
  return count;
}
