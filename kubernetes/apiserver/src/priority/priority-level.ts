import type { PriorityLevelConfiguration } from "@skiff/api/flowcontrol/v1";
import { FairQueues } from "./fair-queues.ts";

type Configuration = Pick<PriorityLevelConfiguration, "metadata" | "spec">;

function textOf({ metadata, spec }: Configuration): string {
  return JSON.stringify([metadata.uid, spec]);
}

/** The seats of one priority level, and who waits for them. */
export class PriorityLevel {
  readonly name: string;
  readonly uid: string;
  readonly exempt: boolean;
  readonly #configuration: string;
  /** Where requests wait; undefined where they are turned away instead. */
  readonly queues: FairQueues | undefined;
  readonly shares: number;
  readonly lendablePercent: number;
  readonly borrowingLimitPercent: number | undefined;
  /** The seats that are this level's own, and how many of them others may use while it does not. */
  nominal = 0;
  lendable = 0;
  /** The most seats it may take of others. */
  borrowing = Number.POSITIVE_INFINITY;
  executing = 0;
  /** Seats of requests that ended in this turn of the event loop: free when the turn is over. */
  ending = 0;
  refused = 0;

  constructor({ metadata, spec }: Configuration) {
    const { limited, exempt } = spec;
    this.#configuration = textOf({ metadata, spec });
    this.name = metadata.name;
    this.uid = metadata.uid ?? "";
    this.exempt = spec.type === "Exempt";
    const settings = this.exempt ? exempt : limited;
    this.shares = settings?.nominalConcurrencyShares ?? (this.exempt ? 0 : 30);
    this.lendablePercent = settings?.lendablePercent ?? 0;
    this.borrowingLimitPercent = limited?.borrowingLimitPercent;
    const { queues = 64, handSize = 8, queueLengthLimit = 50 } = limited?.limitResponse?.queuing ?? {};
    const waits = !this.exempt && limited?.limitResponse?.type === "Queue";
    this.queues = waits ? new FairQueues({ queues, handSize, limit: queueLengthLimit }) : undefined;
  }

  /** Whether the level is what the object says. */
  isOf(configuration: Configuration): boolean {
    return this.#configuration === textOf(configuration);
  }

  /** Its part of `total` seats, of which there are `allShares`. */
  assign(total: number, allShares: number): void {
    this.nominal = allShares === 0 ? 0 : Math.ceil((total * this.shares) / allShares);
    this.lendable = Math.round((this.nominal * this.lendablePercent) / 100);
    const { borrowingLimitPercent: percent } = this;
    this.borrowing = percent === undefined ? Number.POSITIVE_INFINITY : Math.round((this.nominal * percent) / 100);
  }

  /** The seats it lends at most at this moment. */
  get idle(): number {
    return Math.max(0, Math.min(this.lendable, this.nominal - this.executing));
  }

  /** The seats it has taken of others. */
  get borrowed(): number {
    return this.exempt ? 0 : Math.max(0, this.executing - this.nominal);
  }
}
