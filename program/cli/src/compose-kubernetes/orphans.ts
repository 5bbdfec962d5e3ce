/** Objects of a project that its present files do not lead to. */
import { isNotFound, type Resource } from "@skiff/api";
import { configMaps, daemonSets, deployments, jobs, secrets, services, statefulSets } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { ManifestObject } from "../deploy/manifests.ts";
import { MANAGED_BY, SERVICE_LABEL } from "./context.ts";

interface Labelled {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> | undefined };
}

/** Kinds that come and go with the file. Claims stay until the project goes: they lead to data. */
const KINDS: readonly (readonly [string, Resource<Labelled>])[] = [
  ["Deployment", deployments],
  ["StatefulSet", statefulSets],
  ["DaemonSet", daemonSets],
  ["Job", jobs],
  ["Service", services],
  ["ConfigMap", configMaps],
  ["Secret", secrets],
] as readonly (readonly [string, Resource<Labelled>])[];

/** An object that is there and not wanted. */
export interface Orphan {
  readonly kind: string;
  readonly name: string;
  readonly resource: Resource<Labelled>;
}

/** Those of `namespace` that `wanted` does not have, leaving alone what belongs to services of `keep`. */
export async function findOrphans(
  client: Client,
  namespace: string,
  { wanted, keep }: { readonly wanted: readonly ManifestObject[]; readonly keep: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<Orphan[]> {
  const known = new Set(wanted.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const [labelSelector] = Object.entries(MANAGED_BY).map(([name, value]) => `${name}=${value}`);
  const found = await Promise.all(
    KINDS.map(async ([kind, resource]) => {
      const { items } = await client.list(resource, { namespace, labelSelector }, signal);
      return items.flatMap(({ metadata: { name, labels } }): Orphan[] =>
        known.has(`${kind}/${name}`) || keep.has(labels?.[SERVICE_LABEL] ?? "") ? [] : [{ kind, name, resource }],
      );
    }),
  );
  return found.flat();
}

/** Deletes it, with what it owns. */
export async function removeOrphan(
  client: Client,
  namespace: string,
  { name, resource }: Orphan,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.delete(resource, { namespace, name }, { propagationPolicy: "Background", signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
