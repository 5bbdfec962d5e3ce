import type { Lease } from "@skiff/api/coordination/v1";
import type { Node } from "@skiff/api/core/v1";

/** When each node was last heard of, by the own clock: what counts is when a sign of life was seen, not what it says. */
export class Heartbeats {
  readonly #now: () => number;
  readonly #seen = new Map<string, { renewed: string; posted: string; at: number }>();

  constructor(clock: { now(): number }) {
    this.#now = () => clock.now();
  }

  /** Takes note of the present signs of life of a node and answers how many milliseconds ago the last new one came. */
  silence(node: Node, lease: Lease | undefined): number {
    const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
    const last = this.#seen.get(node.metadata.name);
    const renewed = lease?.spec.renewTime ?? "";
    // An unknown Ready was written by this controller, not by the node.
    const posted = ready && ready.status !== "Unknown" ? (ready.lastHeartbeatTime ?? "") : (last?.posted ?? "");
    if (last && last.renewed === renewed && last.posted === posted) return this.#now() - last.at;
    this.#seen.set(node.metadata.name, { renewed, posted, at: this.#now() });
    return 0;
  }

  forget(name: string): void {
    this.#seen.delete(name);
  }
}
