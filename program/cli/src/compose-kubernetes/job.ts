/** Jobs of a project: applied although their templates cannot change, and waited for. */
import { isInvalid, isNotFound } from "@skiff/api";
import type { Job } from "@skiff/api/batch/v1";
import { jobs } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import { apply } from "../deploy/apply.ts";
import type { Manifest } from "../deploy/manifests.ts";
import { untilGone } from "./until-gone.ts";

/** Applies a Job. One whose template differs is made anew, and runs again. */
export async function applyJob(client: Client, manifest: Manifest, signal: AbortSignal): Promise<void> {
  try {
    await apply(client, manifest, signal);
  } catch (error) {
    if (!isInvalid((error as Error).cause)) throw error;
    const { name, namespace } = manifest.object.metadata;
    await remove(client, { name, namespace }, signal);
    await apply(client, manifest, signal);
  }
}

async function remove(
  client: Client,
  key: { readonly name: string; readonly namespace: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.delete(jobs, key, { propagationPolicy: "Foreground", signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await untilGone(client, jobs, key, signal);
}

/** Resolves when the Job is complete; throws when it has failed, and the reason of `signal` when that aborts. */
export async function untilComplete(client: Client, { object }: Manifest, signal: AbortSignal): Promise<void> {
  const { name, namespace } = object.metadata;
  for (;;) {
    for await (const event of client.watch(jobs, { namespace, fieldSelector: `metadata.name=${name}` }, signal)) {
      if (event.type === "BOOKMARK") continue;
      const condition = (type: string) =>
        (event.object as Job).status?.conditions?.find((each) => each.type === type && each.status === "True");
      if (condition("Complete")) return;
      const failed = condition("Failed");
      if (failed) throw new Error(`service "${name}" didn't complete successfully: ${failed.message ?? failed.reason}`);
    }
    signal.throwIfAborted();
  }
}
