/** Which Pod and container a request to the kubelet API is about. */
import { newest, type ObservedContainer } from "../pods/observed.ts";
import type { PodWorker } from "../pods/pod-worker.ts";
import type { PodWorkers } from "../pods/pod-workers.ts";
import { findContainer } from "../spec/containers.ts";
import { HttpError } from "./http-error.ts";

/** Reasons that upstream's kubelet puts in words; others are given as they are. */
const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

/** The Pod, or a 404. */
export function findPod(workers: Pick<PodWorkers, "find">, namespace: string, name: string, uid?: string): PodWorker {
  const worker = workers.find(namespace, name);
  if (!worker || (uid && worker.uid !== uid)) throw new HttpError(404, `pod does not exist`);
  return worker;
}

/** The newest container of that name that was made, or an error that says why there is none. */
export function findMade(worker: PodWorker, container: string): ObservedContainer {
  const pod = worker.pod.metadata.name ?? "";
  if (!findContainer(worker.pod, container)) {
    throw new HttpError(404, `container ${container} not found in pod ${pod}_${worker.pod.metadata.namespace}`);
  }
  const found = newest(worker.observed, container);
  if (found) return found;
  const waiting = [
    ...(worker.pod.status?.containerStatuses ?? []),
    ...(worker.pod.status?.initContainerStatuses ?? []),
  ].find(({ name }) => name === container)?.state?.waiting;
  const why = waiting?.reason ?? "ContainerCreating";
  throw new HttpError(400, `container "${container}" in pod "${pod}" is waiting to start: ${WAITING[why] ?? why}`);
}

/** The container, if it runs. */
export function findRunning(worker: PodWorker, container: string, wantedFor: "exec" | "attach"): ObservedContainer {
  const found = newest(worker.observed, container);
  if (found?.state === "running") return found;
  const { name, namespace } = worker.pod.metadata;
  const missing = `container ${container} not found in pod ${name}_${namespace}`;
  throw new HttpError(404, wantedFor === "attach" ? missing : `container not found ("${container}")`);
}
