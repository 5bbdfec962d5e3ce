import { Worker } from "node:worker_threads";
import { StoreClosedError } from "../errors.ts";
import { type Packed, packTxns, unpackOutcomes } from "./commit-messages.ts";
import { type Committer, createCommitter } from "./committer.ts";
import { type Failure, toStoreError } from "./failure.ts";
import type { openDatabase } from "./schema.ts";
import { ValueRing } from "./value-ring.ts";

type Promised<F> = F extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;

/** A committer reached asynchronously. Calls are carried out one after another, in the order they were made. */
export type Writer = { [M in keyof Committer]: Promised<Committer[M]> } & AsyncDisposable;

/** What the main thread asks of the worker. The only argument of a commit is `Packed`. */
export interface WriterCall {
  readonly id: number;
  readonly method: keyof Committer;
  readonly args: readonly unknown[];
}

/** What comes back: of a commit `Packed` too. Replies of one turn come together. */
export type WriterReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** What the worker starts with. */
export interface WriterStart {
  readonly path: string;
  /** The memory of the ring of values. */
  readonly values: Uint8Array<SharedArrayBuffer>;
}

/** Room for what waits for the disk: a few thousand objects as they mostly are. */
const RING_BYTES = 4 << 20;

/** A writer in this thread, for a database that only this process's memory holds. */
export function inlineWriter(db: ReturnType<typeof openDatabase>): Writer {
  const committer = createCommitter(db);
  return {
    commit: async (batch) => committer.commit(batch),
    compact: async (revision) => committer.compact(revision),
    sweep: async (from, count) => committer.sweep(from, count),
    grant: async (ttl) => committer.grant(ttl),
    endLease: async (lease) => committer.endLease(lease),
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * A writer in a thread of its own, so that waiting for the disk never holds up the caller's event loop.
 * If the thread dies, calls under way and later ones reject with StoreClosedError.
 */
export async function workerWriter(path: string): Promise<Writer> {
  // No options of the process: `--input-type`, for one, would refuse a file.
  const ring = new ValueRing(RING_BYTES);
  const workerData: WriterStart = { path, values: ring.bytes };
  const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), { workerData, execArgv: [] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let lastId = 0;
  let dead: StoreClosedError | undefined;
  const die = (reason: string, cause?: unknown) => {
    dead ??= new StoreClosedError(reason, { cause });
    for (const call of waiting.values()) call.reject(dead);
    waiting.clear();
  };
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
  worker.on("error", (error) => die("its writer failed", error));
  worker.on("exit", () => die("its writer has ended"));
  worker.on("message", (replies: readonly WriterReply[]) => {
    for (const reply of replies) {
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("failure" in reply) call?.reject(toStoreError(reply.failure, path));
      else call?.resolve(reply.result);
    }
  });
  const send = (method: keyof Committer, ...args: unknown[]): Promise<unknown> => {
    if (dead) return Promise.reject(dead);
    lastId += 1;
    const message: WriterCall = { id: lastId, method, args };
    return new Promise((resolve, reject) => {
      waiting.set(message.id, { resolve, reject });
      worker.postMessage(message);
    });
  };
  return {
    async commit(batch) {
      const packed = packTxns(batch, ring);
      const { mark } = ring;
      try {
        return unpackOutcomes((await send("commit", packed)) as Packed);
      } finally {
        ring.release(mark);
      }
    },
    compact: (revision) => send("compact", revision) as Promise<void>,
    sweep: (from, count) => send("sweep", from, count) as Promise<number | undefined>,
    grant: (ttl) => send("grant", ttl) as Promise<number>,
    endLease: (lease) => send("endLease", lease) as ReturnType<Writer["endLease"]>,
    [Symbol.asyncDispose]: async () => {
      die("it has been closed");
      worker.postMessage("close");
      if (worker.threadId !== -1) await new Promise((resolve) => worker.once("exit", resolve));
    },
  };
}
