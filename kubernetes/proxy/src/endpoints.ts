import type { EndpointSlice } from "@skiff/api/discovery/v1";

/** One address a Service's port may be sent to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Runs on this node, as far as its EndpointSlice says. */
  readonly local: boolean;
}

/** The endpoints new connections go to, once for the whole cluster and once for this node. */
export interface Chosen {
  readonly cluster: readonly Endpoint[];
  readonly local: readonly Endpoint[];
}

interface Candidate extends Endpoint {
  readonly ready: boolean;
  readonly servingWhileTerminating: boolean;
}

/**
 * Picks the IPv4 endpoints of one port from a Service's EndpointSlices. Ready endpoints are taken; where there are none,
 * those that still serve while terminating, so that a rollout which ends its last ready Pod drops nothing. The choice is made
 * separately for the cluster and for this node. The same address and port in two slices counts once. Sorted, so that equal
 * input gives equal rules.
 */
export function chooseEndpoints(
  slices: readonly EndpointSlice[],
  port: { readonly name: string; readonly protocol: string },
  nodeName: string,
): Chosen {
  const candidates = [...collect(slices, port, nodeName).values()].sort(byAddress);
  return { cluster: preferReady(candidates), local: preferReady(candidates.filter((candidate) => candidate.local)) };
}

function collect(
  slices: readonly EndpointSlice[],
  port: { readonly name: string; readonly protocol: string },
  nodeName: string,
): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== "IPv4") continue;
    for (const slicePort of slice.ports ?? []) {
      if ((slicePort.name ?? "") !== port.name || (slicePort.protocol ?? "TCP") !== port.protocol) continue;
      if (!slicePort.port) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const address = endpoint.addresses[0];
        if (!address) continue;
        const key = `${address}:${slicePort.port}`;
        const ready = endpoint.conditions?.ready ?? true;
        const serving = endpoint.conditions?.serving ?? ready;
        const candidate = {
          address,
          port: slicePort.port,
          local: endpoint.nodeName === nodeName,
          ready,
          servingWhileTerminating: serving && (endpoint.conditions?.terminating ?? false),
        };
        // An endpoint moving between slices is in both for a moment: the ready one is the newer.
        if (!found.get(key)?.ready) found.set(key, candidate);
      }
    }
  }
  return found;
}

function preferReady(candidates: readonly Candidate[]): Endpoint[] {
  const ready = candidates.filter((candidate) => candidate.ready);
  const chosen = ready.length > 0 ? ready : candidates.filter((candidate) => candidate.servingWhileTerminating);
  return chosen.map(({ address, port, local }) => ({ address, port, local }));
}

function byAddress(a: Candidate, b: Candidate): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port;
}
