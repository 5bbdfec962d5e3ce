import { isAlreadyExists, isNotFound, type Logger, type ResourceInfo, StatusError } from "@skiff/api";
import type { Event } from "@skiff/api/core/v1";
import { events } from "@skiff/api/resources";
import type { Client } from "../client.ts";
import { delay } from "../delay.ts";
import type { Cacheable } from "../informer.ts";
import { timestamp } from "../timestamp.ts";
import { type Correlated, EventCorrelator, type Happening, type ObjectReference, Recent } from "./correlator.ts";

export interface EventRecorderOptions {
  readonly client: Client;
  /** Who says it: `kubelet`, `deployment-controller`, … */
  readonly component: string;
  /** The node it is said from, when it is said from a node. */
  readonly host?: string | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly now?: (() => number) | undefined;
}

const MAX_WAITING = 1000;
const MAX_TRIES = 12;
const RETRY_MS = 10_000;

/** Names `object` as what an Event is about; `fieldPath` names a part of it. */
export function referenceTo(resource: ResourceInfo, object: Cacheable, fieldPath?: string): ObjectReference {
  const { namespace, name = "", uid, resourceVersion } = object.metadata;
  const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
  return {
    kind: resource.kind,
    apiVersion,
    namespace,
    name,
    uid,
    resourceVersion,
    ...(fieldPath ? { fieldPath } : {}),
  };
}

/**
 * Tells users what a component does, as Events (core/v1). Recording never fails, never waits and never slows its caller:
 * Events are written one after the other in the background, tried again while the server can't be reached, and dropped
 * when a thousand wait.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #now: () => number;
  readonly #correlator: EventCorrelator;
  readonly #written = new Recent<{ namespace: string; name: string }>(4096);
  readonly #waiting: { readonly happening: Happening; readonly at: number }[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#correlator = new EventCorrelator(this.#now);
  }

  /** Records that `reason` (CamelCase, for machines) happened to `about`; `message` is for people. */
  event(about: ObjectReference, type: "Normal" | "Warning", reason: string, message: string): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#options.log.warn("too many events wait, dropping one", { reason, name: about.name });
      return;
    }
    this.#waiting.push({ happening: { about, type, reason, message: message.slice(0, 1024) }, at: this.#now() });
    this.#writing ??= this.#write();
  }

  /** Resolves when everything recorded so far is written or dropped. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // In a microtask of its own: the caller goes on first.
    await Promise.resolve();
    const { signal, log } = this.#options;
    for (let next = this.#waiting.shift(); next && !signal.aborted; next = this.#waiting.shift()) {
      const correlated = this.#correlator.correlate(next.happening);
      if (!correlated) continue;
      try {
        await this.#store(next.happening, correlated, next.at);
      } catch (error) {
        if (!signal.aborted) log.debug("an event was not written", { reason: next.happening.reason, error });
      }
    }
    this.#writing = undefined;
  }

  async #store(happening: Happening, correlated: Correlated, at: number): Promise<void> {
    const { signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#storeOnce(happening, correlated, at);
      } catch (error) {
        // What the server refused it would refuse again; what it did not answer may go through later.
        if (error instanceof StatusError || attempt >= MAX_TRIES || signal.aborted) throw error;
        await delay(RETRY_MS, signal);
      }
    }
  }

  async #storeOnce(happening: Happening, { slot, message, count, firstAt }: Correlated, at: number): Promise<void> {
    const { client, signal } = this.#options;
    const known = this.#written.peek(slot);
    if (known) {
      try {
        const patch = { count, message, lastTimestamp: timestamp(at) };
        await client.patch(events, known, patch, { type: "strategic", signal });
        return;
      } catch (error) {
        // Events expire; what is said once more is then said anew.
        if (!isNotFound(error)) throw error;
        this.#written.delete(slot);
      }
    }
    try {
      const created = await client.create(events, this.#eventFor(happening, message, count, firstAt, at), { signal });
      const { namespace = "default", name = "" } = created.metadata;
      this.#written.set(slot, { namespace, name });
    } catch (error) {
      // Our own earlier try, whose answer was lost.
      if (!isAlreadyExists(error)) throw error;
    }
  }

  #eventFor({ about, type, reason }: Happening, message: string, count: number, firstAt: number, at: number): Event {
    const { component, host } = this.#options;
    const namespace = about.namespace ?? "default";
    const name = `${about.name}.${(BigInt(at) * 1_000_000n + BigInt(count) + (process.hrtime.bigint() % 1_000_000n)).toString(16)}`;
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace },
      involvedObject: about,
      type,
      reason,
      message,
      count,
      firstTimestamp: timestamp(firstAt),
      lastTimestamp: timestamp(at),
      source: { component, ...(host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: host ?? "",
    };
  }
}
