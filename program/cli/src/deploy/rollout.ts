/** Waits until what was applied runs. */
import type { DaemonSet, Deployment, StatefulSet } from "@skiff/api/apps/v1";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { Report } from "../commands/progress.ts";
import type { Manifest } from "./manifests.ts";

/** How far a workload is: done, or what is missing. */
export type Verdict = { readonly done: true } | { readonly done: false; readonly detail: string };

/** Whether a workload's controller has seen its present spec and every replica of it is up to date and available. */
export function rolloutOf(kind: string, object: Deployment | StatefulSet | DaemonSet): Verdict {
  const { generation = 0 } = object.metadata;
  const status = object.status ?? {};
  if ((status.observedGeneration ?? 0) < generation) return { done: false, detail: "waiting for the controller" };
  const { wanted, updated, ready, total } = countsOf(kind, object);
  if (updated < wanted) return { done: false, detail: `${updated} of ${wanted} updated` };
  if (total > wanted) return { done: false, detail: `${total - wanted} old still there` };
  if (ready < wanted) return { done: false, detail: `${ready} of ${wanted} available` };
  return { done: true };
}

interface Counts {
  readonly wanted: number;
  readonly updated: number;
  readonly ready: number;
  readonly total: number;
}

function countsOf(kind: string, object: Deployment | StatefulSet | DaemonSet): Counts {
  if (kind === "DaemonSet") {
    const { status } = object as DaemonSet;
    const wanted = status?.desiredNumberScheduled ?? 0;
    return { wanted, updated: status?.updatedNumberScheduled ?? 0, ready: status?.numberAvailable ?? 0, total: wanted };
  }
  const { spec, status } = object as Deployment;
  const wanted = spec.replicas ?? 1;
  return {
    wanted,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.availableReplicas ?? 0,
    total: status?.replicas ?? 0,
  };
}

/** Watches one workload until it is rolled out. Throws with what its Pods wait for when `signal` aborts first. */
export async function waitForRollout(
  client: Client,
  { resource, object }: Manifest,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const namespace = object.metadata.namespace ?? "default";
  const { name } = object.metadata;
  let last = "it was not seen";
  try {
    for (;;) {
      const options = { namespace, fieldSelector: `metadata.name=${name}` };
      for await (const event of client.watch<Deployment>(resource, options, signal)) {
        if (event.type === "BOOKMARK") continue;
        const verdict = rolloutOf(object.kind, event.object);
        if (verdict.done) return;
        last = verdict.detail;
        report(`${name}: ${verdict.detail}`);
      }
      signal.throwIfAborted();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    const why = await reasonsOf(client, namespace, object);
    throw new Error(`${object.kind} "${name}" is not rolled out: ${last}${why}`, { cause: error });
  }
}

/** What the Pods of a workload wait for, a line each. */
async function reasonsOf(client: Client, namespace: string, object: Manifest["object"]): Promise<string> {
  const spec = object.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined;
  const labels = Object.entries(spec?.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const { items } = await client.list<Pod>(pods, { namespace, labelSelector: labels.join(",") });
  return items.map((pod) => `\n  pod ${pod.metadata.name}: ${reasonOf(pod)}`).join("");
}

function reasonOf(pod: Pod): string {
  const waiting = pod.status?.containerStatuses?.map(({ state }) => state?.waiting).find((state) => state?.reason);
  if (waiting) return `${waiting.reason}${waiting.message ? `: ${waiting.message}` : ""}`;
  const failed = pod.status?.conditions?.find(({ status, message }) => status === "False" && message);
  return failed?.message ?? pod.status?.phase ?? "unknown";
}
