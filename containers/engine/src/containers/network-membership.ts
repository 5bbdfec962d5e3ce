/** Adding containers to networks and taking them out, also while they run. */
import type { NetworkMode } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import { attachmentsOf, type ContainerNetworks, DEFAULT_NETWORK } from "../network/container-networks.ts";
import type { Endpoint, NetworkAttachment } from "../user-networks.ts";
import type { ContainerRecord } from "./record.ts";
import { writeFiles } from "./run.ts";

export interface MembershipDeps {
  readonly joints: ContainerNetworks;
  directory(id: string): string;
  save(record: ContainerRecord): Promise<void>;
}

/** The mode with its networks named by id: a network keeps its members when another takes its name. Throws "not-found". */
export function withNetworkIds(joints: ContainerNetworks, mode: NetworkMode | undefined): NetworkMode | undefined {
  if (typeof mode !== "object" || !("networks" in mode)) return mode;
  return { networks: joints.resolve(mode.networks) };
}

/** Adds a container to a network. Needs the container's lock. */
export async function joinNetwork(
  deps: MembershipDeps,
  record: ContainerRecord,
  attachment: NetworkAttachment,
): Promise<void> {
  const present = membershipOf(record);
  const [added] = deps.joints.resolve([attachment]);
  if (!added) return;
  if (present.some(({ network }) => network === added.network))
    throw new EngineError(
      "conflict",
      `endpoint with name ${record.name} already exists in network ${deps.joints.nameOf(added.network)}`,
    );
  const endpoints = [...(record.endpoints ?? [])];
  if (isLive(record)) endpoints.push(await deps.joints.add(record, added));
  await remember(deps, record, [...present, added], endpoints);
}

/** Takes a container out of a network. Needs the container's lock. */
export async function leaveNetwork(deps: MembershipDeps, record: ContainerRecord, network: string): Promise<void> {
  const present = membershipOf(record);
  const [left] = deps.joints.resolve([{ network }]);
  const id = left?.network ?? network;
  if (!present.some((attachment) => attachment.network === id))
    throw new EngineError("conflict", `container ${record.id} is not connected to network ${deps.joints.nameOf(id)}`);
  const endpoints = (record.endpoints ?? []).filter((endpoint) => endpoint.network !== id);
  const endpoint = record.endpoints?.find((each) => each.network === id);
  if (endpoint && isLive(record)) await deps.joints.leave(record, endpoint, endpoints);
  await remember(
    deps,
    record,
    present.filter((attachment) => attachment.network !== id),
    endpoints,
  );
}

async function remember(
  deps: MembershipDeps,
  record: ContainerRecord,
  networks: readonly NetworkAttachment[],
  endpoints: readonly Endpoint[],
): Promise<void> {
  const [only, ...others] = networks;
  const network: NetworkMode = only?.network === DEFAULT_NETWORK && others.length === 0 ? "bridge" : { networks };
  const addresses = endpoints.map(({ address }) => address);
  const next: ContainerRecord = { ...record, spec: { ...record.spec, network }, endpoints, addresses };
  await deps.save(next);
  if (!isLive(record)) return;
  await writeFiles(deps, next, endpoints);
  await deps.joints.startResolver(next);
}

function membershipOf(record: ContainerRecord): readonly NetworkAttachment[] {
  const { network = "bridge" } = record.spec;
  if (network === "host" || (typeof network === "object" && !("networks" in network)))
    throw new EngineError(
      "invalid",
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
  if (network === "none")
    throw new EngineError(
      "invalid",
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
  return attachmentsOf(record);
}

function isLive({ state }: ContainerRecord): boolean {
  return state === "running" || state === "paused";
}
