import type { Node } from "@skiff/api/core/v1";
import type { Snapshot } from "./framework.ts";
import { NodeInfo } from "./node-info.ts";
import type { NamespaceLabels, PodInfo } from "./pod-info.ts";

/**
 * The nodes and the Pods on them. A Pod is put on its node the moment a node is chosen ("assumed"), so that the next Pod is
 * scheduled with it in the picture while the API server is still being told.
 */
export class SchedulerCache implements Snapshot {
  readonly namespaceLabels: NamespaceLabels;
  readonly #nodes = new Map<string, NodeInfo>();
  /** Pods whose node is not known (yet, or any more), by the node's name. */
  readonly #strays = new Map<string, Map<string, PodInfo>>();
  readonly #podNode = new Map<string, string>();
  readonly #assumed = new Set<string>();
  #list: readonly NodeInfo[] | undefined;

  constructor(namespaceLabels: NamespaceLabels = () => undefined) {
    this.namespaceLabels = namespaceLabels;
  }

  get nodes(): readonly NodeInfo[] {
    this.#list ??= [...this.#nodes.values()];
    return this.#list;
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  setNode(node: Node): void {
    const { name } = node.metadata;
    const old = this.#nodes.get(name);
    this.#nodes.set(name, old ? old.with(node) : new NodeInfo(node, this.#strays.get(name)?.values()));
    this.#strays.delete(name);
    this.#list = undefined;
  }

  removeNode(name: string): void {
    const old = this.#nodes.get(name);
    if (!old) return;
    this.#nodes.delete(name);
    if (old.podCount > 0) this.#strays.set(name, new Map([...old.pods()].map((pod) => [pod.key, pod])));
    this.#list = undefined;
  }

  /** Counts `pod` on `nodeName` before the API server knows. */
  assume(pod: PodInfo, nodeName: string): void {
    this.#place(pod, nodeName);
    this.#assumed.add(pod.key);
  }

  isAssumed(key: string): boolean {
    return this.#assumed.has(key);
  }

  /** Takes back an assumption that did not come true. */
  forget(key: string): void {
    if (this.#assumed.has(key)) this.removePod(key);
  }

  /** Records what the API server says: `pod` is on the node its spec names. */
  setPod(pod: PodInfo): void {
    this.#assumed.delete(pod.key);
    this.#place(pod, pod.pod.spec.nodeName ?? "");
  }

  removePod(key: string): void {
    this.#assumed.delete(key);
    const nodeName = this.#podNode.get(key);
    if (nodeName === undefined) return;
    this.#podNode.delete(key);
    this.#nodes.get(nodeName)?.remove(key);
    const strays = this.#strays.get(nodeName);
    strays?.delete(key);
    if (strays?.size === 0) this.#strays.delete(nodeName);
  }

  #place(pod: PodInfo, nodeName: string): void {
    const before = this.#podNode.get(pod.key);
    if (before !== undefined && before !== nodeName) {
      const assumed = this.#assumed.has(pod.key);
      this.removePod(pod.key);
      if (assumed) this.#assumed.add(pod.key);
    }
    this.#podNode.set(pod.key, nodeName);
    const node = this.#nodes.get(nodeName);
    if (node) node.add(pod);
    else {
      const strays = this.#strays.get(nodeName) ?? new Map<string, PodInfo>();
      this.#strays.set(nodeName, strays.set(pod.key, pod));
    }
  }
}
