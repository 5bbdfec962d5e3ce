import type { Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";

/** An endpoint of a headless Service under the name DNS gives it. */
export interface NamedEndpoint {
  /** The endpoint's hostname, or its address with dashes. */
  readonly label: string;
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === "None";
}

/**
 * The ready endpoints of a Service. Whether not-ready Pods are published is the Service's choice, and already in the slices'
 * `ready` by the time they are read here.
 */
export function readyEndpoints(slices: readonly EndpointSlice[]): NamedEndpoint[] {
  const endpoints: NamedEndpoint[] = [];
  for (const slice of slices) {
    if (slice.addressType !== "IPv4" && slice.addressType !== "IPv6") continue;
    const ports = (slice.ports ?? []).flatMap(({ name, protocol, port }) =>
      port ? [{ name: name ?? "", protocol: (protocol ?? "TCP").toLowerCase(), port }] : [],
    );
    for (const { addresses, hostname, conditions } of slice.endpoints ?? []) {
      const [address] = addresses;
      if (!address || conditions?.ready === false) continue;
      endpoints.push({ label: hostname || dashed(address), address, family: slice.addressType, ports });
    }
  }
  return endpoints;
}

/** An address as a label: `10-0-0-1`, `fd00--1`. */
export function dashed(address: string): string {
  return address.replaceAll(/[.:]/g, "-");
}
