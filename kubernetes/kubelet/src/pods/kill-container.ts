import type { Container } from "@skiff/api/core/v1";
import { runHook } from "../container/lifecycle.ts";
import { messageOf } from "../container/start-error.ts";
import type { NodeContext } from "./node-context.ts";
import type { PodEvents } from "./pod-events.ts";
import type { KillReason } from "./step.ts";

/** However long its preStop hook took, a container is given this much after SIGTERM. */
const LEAST_SECONDS = 2;

export interface KillRequest {
  readonly context: NodeContext;
  /** Undefined for a container the Pod's object does not have. */
  readonly container: Container | undefined;
  readonly containerId: string;
  readonly podIP: string;
  readonly reason: KillReason;
  readonly events: PodEvents;
}

/** Stops a container: preStop hook, SIGTERM, and SIGKILL when the grace period, hook included, is over. */
export async function killContainer(request: KillRequest): Promise<void> {
  const { context, container, containerId, podIP, reason, events } = request;
  const began = performance.now();
  events.event("Normal", "Killing", reason.message);
  const preStop = container?.lifecycle?.preStop;
  if (container && preStop) {
    const timeUp = AbortSignal.timeout(reason.gracePeriodSeconds * 1000);
    const over = new Promise<void>((resolve) => timeUp.addEventListener("abort", () => resolve(), { once: true }));
    const hook = runHook(preStop, { runtime: context.runtime, container, containerId, podIP }, timeUp).catch(
      (error: unknown) => {
        if (!timeUp.aborted) events.event("Warning", "FailedPreStopHook", `PreStopHook failed: ${messageOf(error)}`);
      },
    );
    await Promise.race([hook, over]);
  }
  const spent = Math.floor((performance.now() - began) / 1000);
  const timeout = Math.max(reason.gracePeriodSeconds - spent, LEAST_SECONDS);
  await context.runtime.stopContainer({ containerId, timeout });
}
