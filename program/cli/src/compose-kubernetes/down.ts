/** `skiff compose down --kubernetes`: the project leaves the cluster. Its data stays in the engine's volumes unless they are to go, too. */
import { namespaces, persistentVolumes } from "@skiff/api/resources";
import type { OperationContext } from "@skiff/compose";
import type { DockerClient } from "@skiff/docker/client";
import { connectToCluster } from "./cluster.ts";
import { MANAGED_BY, PROJECT_LABEL } from "./context.ts";
import { findNamespace } from "./namespace.ts";
import { labelValue, objectName } from "./object-name.ts";
import { untilGone } from "./until-gone.ts";

export interface KubernetesDownOptions {
  /** Remove the named volumes that the project made. */
  readonly volumes: boolean;
  /** What the engine is reached by, if that was said. */
  readonly dockerHost?: string | undefined;
  /** Milliseconds until everything must be gone. Default: two minutes. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 120_000;

/** Deletes the namespace and what leads to volumes, and waits until they are gone. Nothing to do is no error. */
export async function downOnKubernetes(
  context: OperationContext,
  project: string,
  { volumes, dockerHost, timeoutMs = TIMEOUT_MS }: KubernetesDownOptions,
): Promise<void> {
  const { progress } = context;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
  await using connection = connectToCluster(dockerHost);
  const { client } = connection;
  const name = objectName(project);
  const found = await findNamespace(client, name, signal);
  if (found) {
    const id = `Namespace ${name}`;
    progress.event({ id, text: "Removing", status: "working" });
    if (!found.metadata.deletionTimestamp) await client.delete(namespaces, { name }, { signal });
    await untilGone(client, namespaces, { name }, signal);
    progress.event({ id, text: "Removed", status: "done" });
  }
  const labels = { [PROJECT_LABEL]: labelValue(project), ...MANAGED_BY };
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join();
  const { items } = await client.list(persistentVolumes, { labelSelector }, signal);
  for (const { metadata } of items) {
    await client.delete(persistentVolumes, { name: metadata.name }, { signal });
    await untilGone(client, persistentVolumes, { name: metadata.name }, signal);
  }
  const removed = volumes ? await removeVolumes(context, project) : 0;
  if (!found && items.length + removed === 0) progress.warn(`project "${project}" is not on the cluster`);
}

async function removeVolumes({ client, progress, signal }: OperationContext, project: string): Promise<number> {
  const names = await volumesOf(client, project, signal);
  for (const name of names) {
    const id = `Volume ${name}`;
    progress.event({ id, text: "Removing", status: "working" });
    await client.json(`/volumes/${encodeURIComponent(name)}`, { method: "DELETE", signal });
    progress.event({ id, text: "Removed", status: "done" });
  }
  return names.length;
}

async function volumesOf(client: DockerClient, project: string, signal: AbortSignal): Promise<string[]> {
  const query = { filters: JSON.stringify({ label: [`${PROJECT_LABEL}=${project}`] }) };
  const answer = await client.json<{ readonly Volumes: readonly { readonly Name: string }[] | null }>("/volumes", {
    query,
    signal,
  });
  return (answer.Volumes ?? []).map(({ Name }) => Name);
}
