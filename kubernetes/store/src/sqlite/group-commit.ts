import { BadRequestError, StoreClosedError } from "../errors.ts";
import type { Op, StoreEvent, TxnResult, WatchBatch } from "../store.ts";
import type { TxnOutcome, TxnRequest } from "./committer.ts";
import type { Writer } from "./writer.ts";

interface Pending {
  readonly request: TxnRequest;
  resolve(result: TxnResult): void;
  reject(error: unknown): void;
}

/**
 * Hands transactions to the writer in groups, without waiting for the group before: the writer takes all that have
 * gathered while it waited for the disk under its next fsync. An idle writer gets what there is when the present callback
 * ends, so that the disk works while the next request is read; a busy one gets a group per turn of the event loop.
 */
export interface GroupCommit extends AsyncDisposable {
  submit(request: TxnRequest): Promise<TxnResult>;
}

/** More than this in one group would make the first of it wait noticeably for the last. */
export const LARGEST_GROUP = 512;

/** With so many, a busy writer is sent them before the turn ends: it may be done by then. */
const WORTH_SENDING = 8;

/** `publish` is called once per new revision, in order, after it is durable and before its writer is answered. */
export function createGroupCommit(writer: Writer, publish: (batch: WatchBatch) => void): GroupCommit {
  let queue: Pending[] = [];
  /** Ends when everything handed over has been answered: the writer answers in order. */
  let lastAnswer: Promise<void> = Promise.resolve();
  let underWay = 0;
  let closed = false;

  const write = async (group: readonly Pending[]) => {
    underWay++;
    try {
      const outcomes = await writer.commit(group.map((p) => p.request));
      underWay--;
      group.forEach((pending, i) => {
        settle(pending, outcomes[i]);
      });
    } catch (error) {
      underWay--;
      for (const pending of group) pending.reject(error);
    }
  };

  const handOver = () => {
    while (queue.length > 0) {
      const group = queue.slice(0, LARGEST_GROUP);
      queue = queue.slice(LARGEST_GROUP);
      lastAnswer = write(group);
    }
  };

  const settle = (pending: Pending, outcome: TxnOutcome | undefined) => {
    if (outcome === undefined)
      return pending.reject(new Error("Cannot tell what became of a transaction: the writer did not say"));
    if ("refused" in outcome) return pending.reject(new BadRequestError(outcome.refused));
    if (!outcome.ok) return pending.resolve(outcome);
    const events = pending.request.ops.flatMap((op, i): StoreEvent[] => {
      const applied = outcome.applied[i];
      return applied === undefined || applied.skipped ? [] : [toEvent(op, outcome.revision, applied)];
    });
    if (events.length > 0) publish({ revision: outcome.revision, events });
    pending.resolve({ ok: true, revision: outcome.revision });
  };

  return {
    submit(request) {
      if (closed) return Promise.reject(new StoreClosedError("it has been closed"));
      return new Promise((resolve, reject) => {
        queue.push({ request, resolve, reject });
        if (queue.length === WORTH_SENDING && underWay > 0) handOver();
        else if (queue.length === 1) (underWay === 0 ? process.nextTick : setImmediate)(handOver);
      });
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      handOver();
      await lastAnswer;
    },
  };
}

type Applied = Extract<TxnOutcome, { ok: true }>["applied"][number];

function toEvent(op: Op, revision: number, { createRevision, version, prev }: Applied): StoreEvent {
  const before = prev === undefined ? {} : { prev };
  if ("delete" in op) {
    const kv = { key: op.delete.key, value: new Uint8Array(), createRevision: 0, modRevision: revision, version: 0 };
    return { type: "delete", kv, ...before };
  }
  return { type: "put", kv: { ...op.put, createRevision, modRevision: revision, version }, ...before };
}
