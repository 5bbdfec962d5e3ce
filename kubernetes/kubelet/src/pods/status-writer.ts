import { isConflict, isNotFound, type Logger } from "@skiff/api";
import type { Pod, PodStatus } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import { messageOf } from "../container/start-error.ts";
import { podKey } from "../spec/pod-name.ts";
import { statusPatch } from "../status/patch.ts";

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

/** Brings the status of one Pod in the API up to date: only the latest counts, one write at a time, never in anyone's way. */
export class StatusWriter implements Disposable {
  readonly #client: Pick<Client, "patch">;
  readonly #log: Logger;
  #pod: Pod;
  #wanted: PodStatus | undefined;
  #writing: Promise<void> | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(pod: Pod, o: { client: Pick<Client, "patch">; log: Logger }) {
    this.#pod = pod;
    this.#client = o.client;
    this.#log = o.log;
  }

  /** The object as the API last had it: the newer of what was written and what was watched. */
  get pod(): Pod {
    return this.#pod;
  }

  /** Takes note of a newer object; older ones, which a watch may still bring, are ignored. */
  observe(pod: Pod): void {
    if (Number(pod.metadata.resourceVersion) >= Number(this.#pod.metadata.resourceVersion)) this.#pod = pod;
  }

  /** Asks for `status` to be written, if it says anything new. */
  write(status: PodStatus): void {
    this.#wanted = status;
    if (!this.#stopped && !this.#retry) this.#writing ??= this.#flush();
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
  }

  async #flush(): Promise<void> {
    // What else is asked for in this tick replaces this.
    await Promise.resolve();
    try {
      while (this.#wanted && !this.#stopped) {
        const status = this.#wanted;
        this.#wanted = undefined;
        const patch = statusPatch(this.#pod, status);
        if (patch && !(await this.#send(patch, status))) return;
      }
    } finally {
      this.#writing = undefined;
    }
  }

  /** Answers whether to go on; not after a failure, which is tried again later. */
  async #send(patch: object, status: PodStatus): Promise<boolean> {
    try {
      const key = podKey(this.#pod);
      this.observe(await this.#client.patch(pods, key, patch, { type: "strategic", subresource: "status" }));
      this.#failures = 0;
      return true;
    } catch (error) {
      // Gone, or another Pod by that name: the watch will say so.
      if (isNotFound(error) || isConflict(error)) return true;
      this.#log.warn("cannot write a Pod's status", { pod: podKey(this.#pod), error: messageOf(error) });
      const wait = Math.min(RETRY_MS * 2 ** this.#failures++, MAX_RETRY_MS);
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        this.write(this.#wanted ?? status);
      }, wait).unref();
      return false;
    }
  }
}
