import { Worker } from "node:worker_threads";
import { StoreClosedError } from "../errors.ts";
import { type Committer, createCommitter, type TxnRequest } from "./committer.ts";
import { type Failure, toStoreError } from "./failure.ts";
import type { openDatabase } from "./schema.ts";

type Promised<F> = F extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;

/** A committer reached asynchronously. Calls are carried out one after another, in the order they were made. */
export type Writer = { [M in keyof Committer]: Promised<Committer[M]> } & AsyncDisposable;

/** What the main thread asks of the worker, and what comes back. */
export interface WriterCall {
  readonly id: number;
  readonly method: keyof Committer;
  readonly args: readonly unknown[];
}
export type WriterReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

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
  const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), { workerData: { path }, execArgv: [] });
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
  worker.on("message", (reply: WriterReply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("failure" in reply) call?.reject(toStoreError(reply.failure, path));
    else call?.resolve(reply.result);
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
    commit: (batch) => send("commit", batch.map(withOwnBuffers)) as ReturnType<Writer["commit"]>,
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

/** Posting a view would copy the whole buffer it looks into, which for a small Buffer is Node's shared pool. */
function withOwnBuffers(request: TxnRequest): TxnRequest {
  return {
    compares: request.compares,
    ops: request.ops.map((op) =>
      "put" in op && op.put.value.byteLength !== op.put.value.buffer.byteLength
        ? { put: { ...op.put, value: Uint8Array.prototype.slice.call(op.put.value) } }
        : op,
    ),
  };
}
