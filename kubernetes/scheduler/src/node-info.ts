import type { Node } from "@skiff/api/core/v1";
import type { PodInfo } from "./pod-info.ts";
import { addResources, type Resources, readResources } from "./resources.ts";

/** A node with the Pods on it, as the scheduler sees it: assumed Pods count like bound ones. */
export class NodeInfo {
  readonly name: string;
  readonly node: Node;
  readonly allocatable: Resources;
  readonly #pods = new Map<string, PodInfo>();
  readonly #withAffinity = new Map<string, PodInfo>();
  #requested: Resources = {};
  #scoringRequested: Resources = {};

  constructor(node: Node, pods: Iterable<PodInfo> = []) {
    this.name = node.metadata.name;
    this.node = node;
    this.allocatable = readResources(node.status?.allocatable ?? node.status?.capacity);
    for (const pod of pods) this.add(pod);
  }

  /** The sum of what the Pods here request. */
  get requested(): Resources {
    return this.#requested;
  }

  /** The same sum with unstated requests counted as small ones. */
  get scoringRequested(): Resources {
    return this.#scoringRequested;
  }

  get podCount(): number {
    return this.#pods.size;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node.metadata.labels ?? {};
  }

  pods(): Iterable<PodInfo> {
    return this.#pods.values();
  }

  /** Those of the Pods that say something about other Pods: few in most clusters, asked about in every cycle. */
  podsWithAffinity(): Iterable<PodInfo> {
    return this.#withAffinity.values();
  }

  has(key: string): boolean {
    return this.#pods.has(key);
  }

  /** Puts `pod` here, in place of an older version of it. */
  add(pod: PodInfo): void {
    this.remove(pod.key);
    this.#pods.set(pod.key, pod);
    if (Object.values(pod.affinity).some((terms) => terms.length > 0)) this.#withAffinity.set(pod.key, pod);
    this.#requested = addResources(this.#requested, pod.requests);
    this.#scoringRequested = addResources(this.#scoringRequested, pod.scoringRequests);
  }

  remove(key: string): void {
    const pod = this.#pods.get(key);
    if (!pod) return;
    this.#pods.delete(key);
    this.#withAffinity.delete(key);
    this.#requested = addResources(this.#requested, pod.requests, -1);
    this.#scoringRequested = addResources(this.#scoringRequested, pod.scoringRequests, -1);
  }

  /** The same Pods on a new version of the node, or on a copy to try things on. */
  with(node: Node = this.node): NodeInfo {
    return new NodeInfo(node, this.#pods.values());
  }
}
