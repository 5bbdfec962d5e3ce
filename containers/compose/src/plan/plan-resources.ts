/** The networks and volumes that the services of a project use. Pure. */
import type { Project, Service } from "../model.ts";
import type { Observed, ObservedContainer } from "../observe/observed.ts";
import { networkHash } from "./resource-hash.ts";
import type { Planned } from "./step.ts";

/** Steps for networks and volumes, and how they bear on containers. */
export interface ResourcePlan {
  readonly steps: readonly Planned[];
  /** Ids of the steps that must be done before a container of `service` is made. */
  neededBy(service: Service): readonly string[];
  /** Whether a step stops the container, since its network is made anew. */
  stops(container: ObservedContainer): boolean;
  /** Whether a network of the service is made anew, so that its containers must be too. */
  remakes(service: Service): boolean;
}

/**
 * Plans the networks and volumes that services use and that are missing, and networks that have changed. The services `prepared`
 * count even where the project does not enable them.
 */
export function planResources(project: Project, observed: Observed, prepared: readonly string[] = []): ResourcePlan {
  const steps: Planned[] = [];
  const makers = new Map<string, string>();
  const stopped = new Set<string>();
  const remade: string[] = [];
  const services = [
    ...Object.values(project.services),
    ...prepared.flatMap((name) => project.disabledServices[name] ?? []),
  ];
  const add = (id: string, step: Planned["step"], after: readonly string[] = []): string => {
    steps.push({ id, after, step });
    return id;
  };

  for (const [key, network] of Object.entries(project.networks)) {
    if (network.external || !services.some((service) => usesNetwork(service, key))) continue;
    const present = observed.networks.find((each) => each.key === key && each.name === network.name);
    if (present && (present.configHash === undefined || present.configHash === networkHash(network))) continue;
    const after: string[] = [];
    if (present) {
      remade.push(key);
      const inside = observed.containers.filter((each) => each.networks[network.name] !== undefined);
      const stops = inside.map((container) => {
        stopped.add(container.id);
        return add(`stop-container ${container.name} of ${key}`, {
          ...{ do: "stop-container", container, timeout: undefined },
        });
      });
      const { name, id } = present;
      after.push(add(`remove-network ${key}`, { do: "remove-network", key, name, id }, stops));
    }
    makers.set(`network ${key}`, add(`create-network ${key}`, { do: "create-network", key }, after));
  }
  for (const [key, volume] of Object.entries(project.volumes)) {
    if (volume.external || !services.some((service) => usesVolume(service, key))) continue;
    if (observed.volumes.some((each) => each.name === volume.name)) continue;
    makers.set(`volume ${key}`, add(`create-volume ${key}`, { do: "create-volume", key }));
  }
  return {
    steps,
    neededBy: (service) =>
      [...makers].flatMap(([what, id]) => {
        const [kind, key = ""] = what.split(" ");
        return (kind === "network" ? usesNetwork(service, key) : usesVolume(service, key)) ? [id] : [];
      }),
    stops: ({ id }) => stopped.has(id),
    remakes: (service) => remade.some((key) => usesNetwork(service, key)),
  };
}

function usesNetwork(service: Service, key: string): boolean {
  return service.network_mode === undefined && Object.hasOwn(service.networks ?? {}, key);
}

function usesVolume(service: Service, key: string): boolean {
  return (service.volumes ?? []).some(({ type, source }) => type === "volume" && source === key);
}
