/** Audit events sent to another server, several at once (audit.k8s.io/v1, EventList). */
import { readRemoteServer } from "../remote/kubeconfig.ts";
import { remoteCaller } from "../remote/remote-call.ts";
import type { Log } from "../server-options.ts";
import type { AuditEvent } from "./audit-event.ts";
import type { AuditSink } from "./audit-sink.ts";

/** Where events go, and how they are gathered. */
export interface AuditWebhookOptions {
  readonly kubeconfig: string;
  /** Events that may wait; more are dropped. 10,000 when missing. */
  readonly bufferSize?: number | undefined;
  /** 400 when missing. */
  readonly maxBatchSize?: number | undefined;
  /** How long an event waits for others; 30,000 when missing. */
  readonly maxBatchWaitMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;
const SENDING_AT_ONCE = 4;

/** Sends events in batches; a server that is away for long costs events, never requests. */
export function webhookSink(options: AuditWebhookOptions, log: Log): AuditSink {
  const { kubeconfig, bufferSize = 10_000, maxBatchSize = 400, maxBatchWaitMs = 30_000 } = options;
  const server = readRemoteServer(kubeconfig);
  const caller = remoteCaller(server);
  const waiting: AuditEvent[] = [];
  const sending = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let dropped = 0;

  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0 || sending.size >= SENDING_AT_ONCE) return;
    const items = waiting.splice(0, maxBatchSize);
    const body = { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items };
    const done: Promise<void> = caller
      .call({ method: "POST", body, timeoutMs: TIMEOUT_MS, attempts: ATTEMPTS })
      .then(
        () => undefined,
        (error) => log.error("audit events are lost: the webhook does not take them", { events: items.length, error }),
      )
      .finally(() => {
        sending.delete(done);
        schedule();
      });
    sending.add(done);
    schedule();
  };
  const schedule = () => {
    if (waiting.length >= maxBatchSize) send();
    else if (waiting.length > 0) timer ??= setTimeout(send, maxBatchWaitMs).unref();
  };

  return {
    write(event) {
      if (waiting.length >= bufferSize) {
        if (dropped++ % 1000 === 0) log.error("audit events are dropped: the webhook is too slow", { dropped });
        return;
      }
      waiting.push(event);
      schedule();
    },
    async [Symbol.asyncDispose]() {
      while (waiting.length > 0 || sending.size > 0) {
        send();
        await Promise.race(sending);
      }
      caller[Symbol.dispose]();
    },
  };
}
