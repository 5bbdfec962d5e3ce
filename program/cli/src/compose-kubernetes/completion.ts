/** Services that run to their end, and others wait for it. */
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { Service } from "@skiff/compose";
import { type ConversionContext, selectorOf } from "./context.ts";

/**
 * Rejects once the service has failed more often than it may (`restart`), and when `signal` aborts; never resolves: that it has
 * completed shows in its Deployment.
 */
export async function untilFailed(
  client: Client,
  service: Service,
  context: ConversionContext,
  signal: AbortSignal,
): Promise<never> {
  const container = context.nameOf(service.name);
  const retries = retriesOf(service);
  const labelSelector = Object.entries(selectorOf(context, service.name))
    .map(([key, value]) => `${key}=${value}`)
    .join();
  for (;;) {
    for await (const event of client.watch(pods, { namespace: context.namespace, labelSelector }, signal)) {
      if (event.type === "BOOKMARK" || event.type === "DELETED") continue;
      const code = failureOf(event.object, container, retries);
      if (code !== undefined) throw new Error(`service "${service.name}" didn't complete successfully: exit ${code}`);
    }
    signal.throwIfAborted();
  }
}

/** The exit code of an init container that has failed more than `retries` times. */
export function failureOf({ status }: Pod, container: string, retries: number): number | undefined {
  const found = status?.initContainerStatuses?.find(({ name }) => name === container);
  const { state, lastState, restartCount = 0 } = found ?? {};
  const failures = restartCount + (state?.terminated && state.terminated.exitCode !== 0 ? 1 : 0);
  const code = (state?.terminated ?? lastState?.terminated)?.exitCode ?? 0;
  return failures > retries && code !== 0 ? code : undefined;
}

/** How often a service is tried again. */
export function retriesOf({ restart, deploy }: Service): number {
  const { condition, max_attempts: attempts } = deploy?.restart_policy ?? {};
  if (condition !== undefined) return condition === "none" ? 0 : (attempts ?? RETRIES);
  if (restart === undefined || restart === "no") return 0;
  return Number(restart.split(":")[1] ?? RETRIES);
}

/** Kubernetes's own, where a Compose file says on-failure without a number. */
const RETRIES = 6;
