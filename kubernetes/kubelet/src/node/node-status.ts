/** The status of the node. Pure. */
import type { ContainerImage, Node, NodeCondition, NodeStatus, NodeSystemInfo } from "@skiff/api/core/v1";
import type { Image, RuntimeCondition } from "@skiff/engine/cri";

const MAX_IMAGES = 50;
const MAX_NAMES = 5;

export interface NodeStatusInput {
  /** The object the API has. */
  readonly node: Node | undefined;
  readonly nodeName: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly capacity: Readonly<Record<string, string>>;
  readonly nodeInfo: NodeSystemInfo;
  readonly images: readonly Image[];
  /** What the runtime says of itself; undefined when it does not answer. */
  readonly runtime: readonly RuntimeCondition[] | undefined;
  /** RFC 3339. */
  readonly now: string;
}

export function nodeStatus(input: NodeStatusInput): NodeStatus {
  const { capacity, nodeInfo, addresses, nodeName, port } = input;
  return {
    capacity,
    allocatable: capacity,
    conditions: conditions(input),
    addresses: [
      ...addresses.map((address) => ({ type: "InternalIP" as const, address })),
      { type: "Hostname" as const, address: nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo,
    images: imageList(input.images),
  };
}

/** True when `status` says something that `old` does not, the times of heartbeats aside. */
export function differs(old: NodeStatus | undefined, status: NodeStatus): boolean {
  const bare = (of: NodeStatus | undefined) =>
    JSON.stringify([
      of?.capacity,
      of?.allocatable,
      of?.addresses,
      of?.nodeInfo,
      of?.daemonEndpoints,
      (of?.images ?? []).map(({ names, sizeBytes }) => [names, sizeBytes]),
      status.conditions?.map(({ type }) => {
        const found = of?.conditions?.find((condition) => condition.type === type);
        return [type, found?.status, found?.reason, found?.message];
      }),
    ]);
  return bare(old) !== bare(status);
}

function conditions({ node, runtime, now }: NodeStatusInput): NodeCondition[] {
  const broken = runtime
    ? runtime.filter(({ status }) => !status).map(({ type, reason, message }) => `${type}: ${reason} ${message}`.trim())
    : ["container runtime is down"];
  const verdicts = [
    ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
    ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
    broken.length > 0
      ? ["Ready", "False", "KubeletNotReady", broken.join(", ")]
      : ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
  ] as const;
  return verdicts.map(([type, status, reason, message]) => {
    const old = node?.status?.conditions?.find((condition) => condition.type === type);
    const kept = old?.status === status ? old.lastTransitionTime : undefined;
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: kept ?? now };
  });
}

/** The largest images, with some of their names each. */
function imageList(images: readonly Image[]): ContainerImage[] {
  return images
    .toSorted((a, b) => b.size - a.size || a.id.localeCompare(b.id))
    .slice(0, MAX_IMAGES)
    .map(({ repoTags, repoDigests, size }) => ({
      names: [...repoDigests, ...repoTags].slice(0, MAX_NAMES),
      sizeBytes: size,
    }));
}
