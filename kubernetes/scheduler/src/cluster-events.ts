import { keyOf, type Logger } from "@skiff/api";
import type { Namespace, Node, Pod } from "@skiff/api/core/v1";
import type { Informer } from "@skiff/client";
import type { SchedulerCache } from "./cache.ts";
import type { ClusterEvent, PreEnqueuePlugin } from "./framework.ts";
import type { Nominator } from "./nominator.ts";
import { type PodInfo, podInfo } from "./pod-info.ts";
import type { SchedulingQueue } from "./scheduling-queue.ts";

/** What the informers' news is turned into. */
export interface Receivers {
  readonly schedulerName: string;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly log: Logger;
}

/** Keeps cache and queue in step with the API server. Returns what stops it. */
export function followCluster(
  informers: {
    readonly pods: Informer<Pod>;
    readonly nodes: Informer<Node>;
    readonly namespaces: Informer<Namespace>;
  },
  receivers: Receivers,
): () => void {
  const { cache, queue, nominator } = receivers;
  const infos = new WeakMap<Pod, PodInfo>();
  const infoOf = (pod: Pod): PodInfo | undefined => {
    const known = infos.get(pod);
    if (known) return known;
    try {
      const info = podInfo(pod);
      infos.set(pod, info);
      return info;
    } catch (error) {
      // One malformed Pod must not keep the others waiting.
      receivers.log.error("pod cannot be read, leaving it out", { pod: keyOf(pod), error });
      return undefined;
    }
  };
  const happened = (event: ClusterEvent) => queue.happened(event);

  const placed = (pod: Pod, old?: Pod) => {
    const info = infoOf(pod);
    if (!info) return;
    queue.remove(info.key);
    nominator.remove(info.key);
    cache.setPod(info);
    const before = old?.spec.nodeName && !isOver(old) ? infoOf(old) : undefined;
    if (!before) happened({ on: "Pod/add", pod: info });
    else if (differs(pod, old)) happened({ on: "Pod/update", pod: info, old: before });
  };
  const waiting = (pod: Pod, old?: Pod) => {
    if ((pod.spec.schedulerName ?? "default-scheduler") !== receivers.schedulerName) return;
    const info = infoOf(pod);
    // An assumed Pod is on its way: this is news from before.
    if (!info || cache.isAssumed(info.key)) return;
    if (pod.metadata.deletionTimestamp) return gone(pod);
    if (pod.status?.nominatedNodeName) nominator.set(info, pod.status.nominatedNodeName);
    if (old && !differs(pod, old) && queue.refresh(info)) return;
    if (old && !differs(pod, old)) return; // being tried right now
    if (receivers.preEnqueue.every((plugin) => plugin.preEnqueue(info).fit)) queue.add(info);
    else queue.gate(info);
  };
  const gone = (pod: Pod) => {
    const key = keyOf(pod);
    queue.remove(key);
    nominator.remove(key);
    const info = infoOf(pod);
    cache.removePod(key);
    if (info && pod.spec.nodeName) happened({ on: "Pod/delete", pod: info });
  };

  const look = (pod: Pod, old?: Pod) => {
    if (old && old.metadata.uid !== pod.metadata.uid) {
      gone(old);
      return look(pod);
    }
    if (isOver(pod)) {
      if (!old || !isOver(old)) gone(pod);
    } else if (pod.spec.nodeName) placed(pod, old);
    else waiting(pod, old);
  };
  const stops = [
    informers.namespaces.on({
      add: ({ metadata }) => happened({ on: "Namespace/update", name: metadata.name }),
      update: ({ metadata }) => happened({ on: "Namespace/update", name: metadata.name }),
    }),
    informers.nodes.on({
      add(node) {
        cache.setNode(node);
        happened({ on: "Node/add", node });
      },
      update(node, old) {
        cache.setNode(node);
        if (nodeChanged(node, old)) happened({ on: "Node/update", node, old });
      },
      delete: (node) => cache.removeNode(node.metadata.name),
    }),
    informers.pods.on({ add: (pod) => look(pod), update: look, delete: gone }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function isOver({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Heartbeats change a node every few seconds; they wake nobody. */
function nodeChanged(node: Node, old: Node): boolean {
  const said = ({ spec, status, metadata }: Node) =>
    JSON.stringify([spec.unschedulable, spec.taints, status?.allocatable, metadata.labels]);
  return said(node) !== said(old);
}

/** Whether more than the status changed: a status, often written by ourselves, is no reason to look again. */
function differs(pod: Pod, old: Pod | undefined): boolean {
  return JSON.stringify([pod.metadata.labels, pod.spec]) !== JSON.stringify([old?.metadata.labels, old?.spec]);
}
