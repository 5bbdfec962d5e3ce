import { shuffleShard } from "./shuffle-shard.ts";

/** A request that waits for seats. */
export interface Waiting {
  readonly width: number;
  readonly since: number;
  /** Lets it go on. */
  readonly start: () => void;
  /** Refuses it. */
  readonly refuse: () => void;
}

interface Queue {
  readonly waiting: Waiting[];
  seats: number;
  /** How much this queue has been served, on a clock all queues share: who has had least goes next. */
  served: number;
}

/** The queues of one priority level: flows are dealt some of them, and all that hold something are served in fair turns. */
export class FairQueues {
  readonly #queues: readonly Queue[];
  readonly #handSize: number;
  readonly #limit: number;
  readonly #active = new Set<Queue>();
  #clock = 0;
  length = 0;

  constructor({
    queues,
    handSize,
    limit,
  }: { readonly queues: number; readonly handSize: number; readonly limit: number }) {
    this.#queues = Array.from({ length: queues }, () => ({ waiting: [], seats: 0, served: 0 }));
    this.#handSize = handSize;
    this.#limit = limit;
  }

  /** Puts a request of a flow into the emptiest of the flow's queues. False when that one is full. */
  add(flow: string, request: Waiting): boolean {
    let shortest: Queue | undefined;
    for (const index of shuffleShard(flow, this.#queues.length, this.#handSize)) {
      const queue = this.#queues[index];
      if (queue && (!shortest || queue.seats < shortest.seats)) shortest = queue;
    }
    if (!shortest || shortest.waiting.length >= this.#limit) return false;
    // A queue that was empty has no claim to the time it did not use.
    if (shortest.waiting.length === 0) shortest.served = Math.max(shortest.served, this.#clock);
    shortest.waiting.push(request);
    shortest.seats += request.width;
    this.#active.add(shortest);
    this.length++;
    return true;
  }

  /** The request whose turn it is; it stays where it is. */
  peek(): Waiting | undefined {
    return this.#next()?.waiting[0];
  }

  /** Takes out the request `peek` shows. */
  shift(): Waiting | undefined {
    const queue = this.#next();
    const request = queue?.waiting[0];
    if (!queue || !request) return undefined;
    this.#clock = queue.served;
    queue.served += request.width;
    this.#drop(queue, 0);
    return request;
  }

  /** Takes out what waits longer than since `before`. */
  expired(before: number): Waiting[] {
    const late: Waiting[] = [];
    for (const queue of this.#active) {
      for (let first = queue.waiting[0]; first && first.since <= before; first = queue.waiting[0]) {
        late.push(first);
        this.#drop(queue, 0);
      }
    }
    return late;
  }

  /** Takes out a request whose client has gone. */
  remove(request: Waiting): void {
    for (const queue of this.#active) {
      const index = queue.waiting.indexOf(request);
      if (index < 0) continue;
      this.#drop(queue, index);
      return;
    }
  }

  #drop(queue: Queue, index: number): void {
    const [gone] = queue.waiting.splice(index, 1);
    queue.seats -= gone?.width ?? 0;
    this.length--;
    if (queue.waiting.length === 0) this.#active.delete(queue);
  }

  #next(): Queue | undefined {
    let next: Queue | undefined;
    for (const queue of this.#active) if (!next || queue.served < next.served) next = queue;
    return next;
  }
}
