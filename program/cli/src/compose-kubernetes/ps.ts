/** `skiff compose ps --kubernetes`: the Pods of a project, in the rows that containers have. */

import { pods, services } from "@skiff/api/resources";
import type { ContainerRow, PsOptions } from "@skiff/compose/operations/ps";
import { connectToCluster } from "./cluster.ts";
import { MANAGED_BY, PROJECT_LABEL, SERVICE_LABEL } from "./context.ts";
import { labelValue, objectName } from "./object-name.ts";
import { rowOfPod } from "./pod-row.ts";

const ENDED = ["exited", "removing"];

/** Lists by name. Without `all`, Pods that ended are left out. */
export async function psOnKubernetes(
  project: string,
  { all = false, services: named = [], states = [] }: PsOptions,
  { dockerHost, signal }: { readonly dockerHost?: string | undefined; readonly signal: AbortSignal },
): Promise<ContainerRow[]> {
  await using connection = connectToCluster(dockerHost);
  const { client } = connection;
  const namespace = objectName(project);
  const labelSelector = `${PROJECT_LABEL}=${labelValue(project)},${SERVICE_LABEL}`;
  const [managedBy] = Object.entries(MANAGED_BY).map(([name, value]) => `${name}=${value}`);
  const [found, reached] = await Promise.all([
    client.list(pods, { namespace, labelSelector }, signal),
    client.list(services, { namespace, labelSelector: `${labelSelector},${managedBy}` }, signal),
  ]);
  const published = reached.items.filter(({ metadata }) => metadata.name.endsWith("-published"));
  const everything = all || states.length > 0;
  const wanted = new Set(named.map(labelValue));
  return found.items
    .map((pod) => rowOfPod(pod, published, Date.now()))
    .filter(({ state }) => (states.length > 0 ? states.includes(state) : everything || !ENDED.includes(state)))
    .filter(({ service }) => wanted.size === 0 || wanted.has(service))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
