/** The status of one container, from what the runtime has of it and why it is not running. */
import type { ContainerStateTerminated, ContainerStatus, Pod } from "@skiff/api/core/v1";
import { lastEnded, newest, type ObservedContainer, type ObservedPod } from "../pods/observed.ts";
import type { PodContainer } from "../spec/containers.ts";
import { shouldRestart } from "../spec/restart.ts";

/** Why a container does not run, as `kubectl get pods` shows it. */
export interface Waiting {
  readonly reason: string;
  readonly message?: string | undefined;
}

export interface ContainerStatusInput {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  /** The prefix of container ids, such as `skiff`. */
  readonly runtimeName: string;
  /** By container name: what keeps it from starting. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** By container id. */
  readonly ready: (id: string) => boolean;
  readonly started: (id: string) => boolean;
  /** The Pod is to run no more. */
  readonly stopping: boolean;
}

/** The status of `entry` as the API has it. */
export function containerStatus(entry: PodContainer, input: ContainerStatusInput): ContainerStatus {
  const { pod, observed, runtimeName } = input;
  const { name, image = "" } = entry.container;
  const current = newest(observed, name);
  const waiting = input.waiting.get(name);
  const recorded = statusOnRecord(pod, name);
  const id = (container: ObservedContainer) => `${runtimeName}://${container.id}`;
  if (!current) return { ...neverMade(entry, input, recorded, waiting), name, image };
  // What is not to run again waits for nothing: it has ended, even if it never began.
  const isDone = current.state === "exited" && !shouldRestart(pod, entry.role, entry.container, current.exitCode);
  const isWaiting = current.state === "created" || (current.state === "exited" && !isDone && waiting !== undefined);
  const ended = isWaiting && current.state === "exited" ? current : lastEnded(observed, name, current);
  const running = current.state === "running";
  const started = running && input.started(current.id);
  const isReady =
    entry.role === "init"
      ? current.state === "exited" && current.exitCode === 0
      : running && started && input.ready(current.id);
  return {
    name,
    state: isWaiting
      ? { waiting: waiting ?? { reason: "ContainerCreating" } }
      : running
        ? { running: { startedAt: time(current.startedAt) } }
        : { terminated: terminated(current, id(current)) },
    lastState: ended ? { terminated: terminated(ended, id(ended)) } : {},
    ready: isReady,
    restartCount: current.restartCount,
    // Made from an image id, it still runs what the Pod names.
    image: current.image === current.imageRef ? image : current.image,
    imageID: current.imageRef,
    containerID: id(current),
    started,
    ...(entry.container.resources ? { resources: entry.container.resources } : {}),
  };
}

function neverMade(
  { role }: PodContainer,
  { pod, stopping }: ContainerStatusInput,
  recorded: ContainerStatus | undefined,
  waiting: Waiting | undefined,
): Omit<ContainerStatus, "name" | "image"> {
  const base = {
    ready: false,
    restartCount: recorded?.restartCount ?? 0,
    imageID: recorded?.imageID ?? "",
    started: false,
  };
  if (recorded?.state?.terminated) return { ...recorded, ready: recorded.ready };
  if (recorded?.state?.running && stopping) {
    const message = "The container could not be located when the pod was terminated";
    const state = { terminated: { exitCode: 137, reason: "ContainerStatusUnknown", message } };
    return { ...base, state, lastState: recorded.lastState ?? {} };
  }
  const blocked = role === "regular" && (pod.spec.initContainers?.length ?? 0) > 0;
  const reason = blocked ? "PodInitializing" : "ContainerCreating";
  return { ...base, state: { waiting: waiting ?? { reason } }, lastState: recorded?.lastState ?? {} };
}

function statusOnRecord(pod: Pod, name: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(
    (status) => status.name === name,
  );
}

function terminated(container: ObservedContainer, containerID: string): ContainerStateTerminated {
  return {
    exitCode: container.exitCode,
    reason: container.reason || (container.exitCode === 0 ? "Completed" : "Error"),
    ...(container.message ? { message: container.message } : {}),
    ...(container.startedAt > 0 ? { startedAt: time(container.startedAt) } : {}),
    finishedAt: time(container.finishedAt),
    containerID,
  };
}

/** RFC 3339 to the second, as the API keeps times. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
