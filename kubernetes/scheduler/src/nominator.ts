import type { PodInfo } from "./pod-info.ts";

/** Which Pods were promised room on which node by preemption, until they are placed or gone. */
export class Nominator {
  readonly #nodeOf = new Map<string, string>();
  readonly #byNode = new Map<string, Map<string, PodInfo>>();

  set(pod: PodInfo, nodeName: string): void {
    this.remove(pod.key);
    this.#nodeOf.set(pod.key, nodeName);
    const there = this.#byNode.get(nodeName) ?? new Map<string, PodInfo>();
    this.#byNode.set(nodeName, there.set(pod.key, pod));
  }

  remove(key: string): void {
    const nodeName = this.#nodeOf.get(key);
    if (nodeName === undefined) return;
    this.#nodeOf.delete(key);
    const there = this.#byNode.get(nodeName);
    there?.delete(key);
    if (there?.size === 0) this.#byNode.delete(nodeName);
  }

  on(nodeName: string): readonly PodInfo[] {
    return [...(this.#byNode.get(nodeName)?.values() ?? [])];
  }
}
