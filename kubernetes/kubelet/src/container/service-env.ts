import type { Service } from "@skiff/api/core/v1";

/**
 * The variables that tell a container where Services answer: `<NAME>_SERVICE_HOST`, `<NAME>_SERVICE_PORT` and the older
 * `<NAME>_PORT_<port>_<protocol>…` family. Services without a cluster address have none.
 */
export function serviceEnv(services: readonly Service[]): Map<string, string> {
  const env = new Map<string, string>();
  for (const { metadata, spec } of services) {
    const host = spec.clusterIP;
    const [first] = spec.ports ?? [];
    if (!host || host === "None" || !first) continue;
    const prefix = variable(metadata.name ?? "");
    env.set(`${prefix}_SERVICE_HOST`, host);
    env.set(`${prefix}_SERVICE_PORT`, String(first.port));
    for (const { name, port } of spec.ports ?? []) {
      if (name) env.set(`${prefix}_SERVICE_PORT_${variable(name)}`, String(port));
    }
    for (const [index, { port, protocol = "TCP" }] of (spec.ports ?? []).entries()) {
      const url = `${protocol.toLowerCase()}://${host.includes(":") ? `[${host}]` : host}:${port}`;
      const portPrefix = `${prefix}_PORT_${port}_${protocol}`;
      if (index === 0) env.set(`${prefix}_PORT`, url);
      env.set(portPrefix, url);
      env.set(`${portPrefix}_PROTO`, protocol.toLowerCase());
      env.set(`${portPrefix}_PORT`, String(port));
      env.set(`${portPrefix}_ADDR`, host);
    }
  }
  return env;
}

function variable(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
