/** What the runtime has of one Pod, in the terms the kubelet thinks in. */

export interface ObservedSandbox {
  readonly id: string;
  readonly ready: boolean;
  readonly attempt: number;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  /** Empty for a Pod on the node's own network, and once the network is gone. */
  readonly ips: readonly string[];
}

export type ContainerState = "created" | "running" | "exited" | "unknown";

export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly state: ContainerState;
  /** How often the container was started before this time. */
  readonly restartCount: number;
  /** Hash of the definition it was made from. */
  readonly hash: string;
  readonly image: string;
  readonly imageRef: string;
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly logPath: string;
}

export interface ObservedPod {
  /** Newest first. */
  readonly sandboxes: readonly ObservedSandbox[];
  /** Newest first. */
  readonly containers: readonly ObservedContainer[];
}

export const nothingObserved: ObservedPod = { sandboxes: [], containers: [] };

/** The newest container of that name, whatever its state. */
export function newest(observed: ObservedPod, name: string): ObservedContainer | undefined {
  return observed.containers.find((container) => container.name === name);
}

/** The newest container of that name that has ended, before `than` when given. */
export function lastEnded(
  observed: ObservedPod,
  name: string,
  than?: ObservedContainer | undefined,
): ObservedContainer | undefined {
  return observed.containers.find(
    (container) => container.name === name && container.state === "exited" && container.id !== than?.id,
  );
}

/** True while a process of it may run. */
export function isAlive(container: ObservedContainer): boolean {
  return container.state === "running" || container.state === "unknown";
}
