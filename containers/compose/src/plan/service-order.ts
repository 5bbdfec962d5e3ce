/** The order that `depends_on` gives to services. */
import type { Dependency, Project, Service } from "../model.ts";

/** What `service` depends on, as far as it is in `services`. */
export function dependenciesOf(service: Service, services: Project["services"]): [string, Dependency][] {
  return Object.entries(service.depends_on ?? {}).filter(([name]) => services[name] !== undefined);
}

/** Names of the services that depend on `name` itself, with what they say about it. */
export function dependentsOf(name: string, services: Project["services"]): [string, Dependency][] {
  return Object.values(services).flatMap((service): [string, Dependency][] => {
    const dependency = service.depends_on?.[name];
    return dependency === undefined ? [] : [[service.name, dependency]];
  });
}

/** The services, each after all that it depends on. Files have no circles; where labels tell of one, it is cut somewhere. */
export function inDependencyOrder(services: Project["services"]): Service[] {
  const ordered = new Set<Service>();
  const begun = new Set<Service>();
  const visit = (service: Service): void => {
    begun.add(service);
    for (const [name] of dependenciesOf(service, services)) {
      const dependency = services[name];
      if (dependency !== undefined && !begun.has(dependency)) visit(dependency);
    }
    ordered.add(service);
  };
  for (const service of Object.values(services)) if (!begun.has(service)) visit(service);
  return [...ordered];
}

/** A service whose container another service's containers share something with: `service:db` gives "db". */
export function sharedService(mode: string | undefined): string | undefined {
  return mode?.startsWith("service:") ? mode.slice("service:".length) : undefined;
}

/** Services whose containers must exist before one of `service` can be made, since it names them. */
export function referencedServices(service: Service): string[] {
  const shared = [service.network_mode, service.ipc, service.pid].map(sharedService);
  const volumes = (service.volumes_from ?? [])
    .filter((from) => !from.startsWith("container:"))
    .map((from) => from.split(":", 1)[0]);
  const links = (service.links ?? []).map((link) => link.split(":", 1)[0]);
  return [...new Set([...shared, ...volumes, ...links])].filter((name): name is string => name !== undefined);
}
