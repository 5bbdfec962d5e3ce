/** Where a Service of the cluster answers, for connections this server itself makes. */
import { StatusError } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { endpointSlices, services } from "@skiff/api/resources";
import type { Caches } from "../state/caches.ts";

/** A Service named by an object of the API. */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  /** 443 when missing. */
  readonly port?: number | undefined;
}

/** A host name or address, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * One of the ready endpoints behind the Service's port, chosen at random: that needs no Service proxy where this server
 * runs. Throws StatusError: 404 when there is no such Service, 503 when it has no such port or nothing is ready.
 */
export function serviceAddress(caches: Pick<Caches, "of">, reference: ServiceReference): Address {
  const { namespace, name, port = 443 } = reference;
  const service = caches.of(services).entries.get(`${namespace}/${name}`)?.object as unknown as Service | undefined;
  if (!service) throw StatusError.notFound({ group: "", plural: "service" }, name);
  if (service.spec.type === "ExternalName") return { host: service.spec.externalName ?? "", port };
  const servicePort = service.spec.ports?.find((candidate) => candidate.port === port);
  if (!servicePort) throw StatusError.serviceUnavailable(`no service port ${port} found for service "${name}"`);
  const found = readyEndpoints(caches, namespace, name, servicePort.name ?? "");
  const chosen = found[Math.floor(Math.random() * found.length)];
  if (!chosen) throw StatusError.serviceUnavailable(`no endpoints available for service "${name}"`);
  return chosen;
}

/** The addresses that are ready behind a Service's port, which is named as its slices name it. */
export function readyEndpoints(
  caches: Pick<Caches, "of">,
  namespace: string,
  name: string,
  portName: string,
): readonly Address[] {
  const found: Address[] = [];
  for (const { object } of caches.of(endpointSlices).entries.under(`${namespace}/`)) {
    if (object.metadata.labels?.["kubernetes.io/service-name"] !== name) continue;
    const slice = object as unknown as EndpointSlice;
    const port = slice.ports?.find((candidate) => (candidate.name ?? "") === portName)?.port;
    if (port === undefined || slice.addressType === "FQDN") continue;
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      if (conditions?.ready === false) continue;
      for (const host of addresses.slice(0, 1)) found.push({ host, port });
    }
  }
  return found;
}
