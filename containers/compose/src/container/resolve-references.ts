/** A service may name another where the engine wants a container: `network_mode: service:db`, `volumes_from: [db]`. Pure. */
import type { Service } from "../model.ts";
import { sharedService } from "../plan/service-order.ts";

/** The service with ids of containers in place of names of services. `containerOf` gives the id of a service's first container. Throws where there is none. */
export function resolveReferences(service: Service, containerOf: (name: string) => string | undefined): Service {
  const shared = (what: string, mode: string | undefined): string | undefined => {
    const name = sharedService(mode);
    if (name === undefined) return mode;
    return `container:${found(containerOf(name), `cannot share ${what} namespace with service ${name}`)}`;
  };
  const network = shared("network", service.network_mode);
  const ipc = shared("IPC", service.ipc);
  const pid = shared("PID", service.pid);
  return {
    ...service,
    ...(network === undefined ? {} : { network_mode: network }),
    ...(ipc === undefined ? {} : { ipc }),
    ...(pid === undefined ? {} : { pid }),
    ...(service.volumes_from === undefined
      ? {}
      : { volumes_from: service.volumes_from.map((from) => volumesFrom(from, containerOf)) }),
  };
}

function volumesFrom(text: string, containerOf: (name: string) => string | undefined): string {
  if (text.startsWith("container:")) return text.slice("container:".length);
  const [name = "", ...mode] = text.split(":");
  return [found(containerOf(name), `cannot share volume with service ${name}`), ...mode].join(":");
}

function found(id: string | undefined, what: string): string {
  if (id === undefined) throw new Error(`${what}: container missing`);
  return id;
}
