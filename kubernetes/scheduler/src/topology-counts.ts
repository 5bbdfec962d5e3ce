import type { NodeInfo } from "./node-info.ts";

/** Sums by topology: by the value that nodes have for a label. Nodes without the label take no part. */
export class TopologyCounts {
  readonly #sums = new Map<string, Map<string, number>>();

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  add(node: NodeInfo, topologyKey: string, amount = 1): void {
    const value = node.labels[topologyKey];
    if (value === undefined) return;
    const sums = this.#sums.get(topologyKey) ?? new Map<string, number>();
    this.#sums.set(topologyKey, sums.set(value, (sums.get(value) ?? 0) + amount));
  }

  /** The sum for the topology `node` is in. */
  at(node: NodeInfo, topologyKey: string): number {
    return this.#sums.get(topologyKey)?.get(node.labels[topologyKey] ?? "") ?? 0;
  }

  /** Whether any topology `node` is in has a sum. */
  anyAt(node: NodeInfo): boolean {
    return [...this.#sums.keys()].some((key) => this.at(node, key) !== 0);
  }

  /** The sums of all topologies `node` is in, together. */
  sumAt(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#sums.keys()) sum += this.at(node, key);
    return sum;
  }
}
