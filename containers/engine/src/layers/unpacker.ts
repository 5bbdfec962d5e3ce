import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { EngineError, type EngineErrorCode } from "../engine-error.ts";
import type { UnpackReply, UnpackRequest } from "./unpack-worker.ts";

const IDLE_MILLISECONDS = 5000;

/** Unpacks layers one after the other on a worker thread that ends when there is nothing to do. Dispose of it. */
export class Unpacker implements AsyncDisposable {
  #worker: Worker | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  unpack(request: UnpackRequest): Promise<{ diffId: string; bytes: number }> {
    const job = this.#queue.then(() => this.#run(request));
    this.#queue = job.catch(() => undefined);
    return job;
  }

  async #run(request: UnpackRequest): Promise<{ diffId: string; bytes: number }> {
    clearTimeout(this.#idle);
    this.#worker ??= new Worker(new URL("./unpack-worker.ts", import.meta.url), { execArgv: [] });
    const worker = this.#worker;
    worker.postMessage(request);
    const ended = new AbortController();
    const died = once(worker, "exit", { signal: ended.signal }).then(() => {
      this.#worker = undefined;
      throw new EngineError("internal", "Cannot unpack the layer: the worker thread ended");
    });
    try {
      const [reply] = (await Promise.race([once(worker, "message", { signal: ended.signal }), died])) as [UnpackReply];
      if ("failure" in reply)
        throw new EngineError(reply.code as EngineErrorCode, `Cannot unpack the layer: ${reply.failure}`);
      return reply;
    } finally {
      ended.abort();
      died.catch(() => undefined);
      this.#idle = setTimeout(() => void this.#end(), IDLE_MILLISECONDS).unref();
    }
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    await this.#queue;
    await this.#end();
  }
}
