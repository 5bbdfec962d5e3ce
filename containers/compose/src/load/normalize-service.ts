/** Defaults of a service, and what it implies. */
import type { Dependency, Service } from "../model.ts";

/** Gives the services whose namespaces, volumes or links `service` uses, as dependencies: what it says itself of one wins. */
function impliedDependencies(service: Service): Readonly<Record<string, Dependency>> {
  const implied: Record<string, Dependency> = {};
  for (const link of service.links ?? []) add(link.split(":")[0], true);
  for (const namespace of [service.network_mode, service.ipc, service.pid, service.uts]) {
    if (namespace?.startsWith("service:")) add(namespace.slice("service:".length), true);
  }
  for (const from of service.volumes_from ?? []) if (!from.startsWith("container:")) add(from.split(":")[0], false);
  return implied;

  function add(name: string | undefined, restart: boolean): void {
    if (name === undefined) return;
    implied[name] ??= { condition: "service_started", ...(restart ? { restart } : {}), required: true };
  }
}

/** Gives `service` with its defaults: a network, the name of the Dockerfile, and the dependencies that it implies. */
export function normalizeService(
  service: Service,
  environment: Readonly<Record<string, string>>,
  directory: string,
): Service {
  const dependencies = { ...impliedDependencies(service), ...service.depends_on };
  const hasNetworks = service.networks !== undefined && Object.keys(service.networks).length > 0;
  return {
    ...service,
    ...(service.build === undefined ? {} : { build: normalizeBuild(service.build, environment, directory) }),
    ...(service.extra_hosts === undefined ? {} : { extra_hosts: service.extra_hosts.toSorted() }),
    ...(Object.keys(dependencies).length === 0 ? {} : { depends_on: sorted(dependencies) }),
    ...(hasNetworks || service.network_mode !== undefined || service.provider !== undefined
      ? {}
      : { networks: { default: null } }),
  };
}

function normalizeBuild(
  build: Service["build"] & object,
  environment: Readonly<Record<string, string>>,
  directory: string,
): Service["build"] & object {
  const args = build.args === undefined ? {} : { args: withoutNull(resolved(build.args, environment)) };
  const dockerfile =
    build.dockerfile_inline === undefined && build.dockerfile === undefined ? { dockerfile: "Dockerfile" } : {};
  const hosts = build.extra_hosts === undefined ? {} : { extra_hosts: build.extra_hosts.toSorted() };
  return { ...build, ...args, ...hosts, ...dockerfile, context: build.context ?? directory };
}

/** Gives variables without a value that of the caller, where there is one. */
export function resolved(
  values: Readonly<Record<string, string | null>>,
  environment: Readonly<Record<string, string>>,
): Record<string, string | null> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? environment[name] ?? null]));
}

/** Arguments that have no value are the Dockerfile's own. */
function withoutNull(values: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** The same entries in the order of their names. */
export function sorted<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
