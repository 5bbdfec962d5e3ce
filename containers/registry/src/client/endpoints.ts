/** Where a registry is spoken to: itself, or mirrors of it first; over TLS, or in the plain where that is allowed. */
import type { RegistriesConfig } from "./registries-config.ts";

/** One address that serves a registry's repositories. */
export interface Endpoint {
  /** `https://host:port` without a path. */
  readonly origin: string;
  /** Plain HTTP may be spoken where no TLS answers, and any certificate counts. */
  readonly insecure: boolean;
  readonly ca?: string | undefined;
  readonly isMirror: boolean;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** The addresses to try for a registry, in their order. Mirrors serve reading only. */
export function endpointsOf(registry: string, reading: boolean, config: RegistriesConfig): Endpoint[] {
  const endpoint = (origin: string, isMirror: boolean): Endpoint => {
    const { host, protocol } = new URL(origin);
    const insecure = protocol === "http:" || LOOPBACK.test(host) || (config.insecure ?? []).includes(host);
    return { origin, insecure, ca: config.ca?.[host], isMirror };
  };
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const mirrors = reading ? (config.mirrors?.[registry] ?? []) : [];
  const own = { ...endpoint(`https://${host}`, false) };
  const insecure = own.insecure || (config.insecure ?? []).includes(registry);
  return [...mirrors.map((url) => endpoint(new URL(url).origin, true)), { ...own, insecure }];
}
