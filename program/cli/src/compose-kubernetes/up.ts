/** `skiff compose up --kubernetes`: the project runs on this instance's cluster, on the images of its engine. */
import { findKind, isNotFound } from "@skiff/api";
import type { PersistentVolume, Service } from "@skiff/api/core/v1";
import { persistentVolumes, services } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { Service as ComposeService, OperationContext, Project } from "@skiff/compose";
import { type Prepared, type PrepareOptions, prepare } from "@skiff/compose/operations/prepare";
import { apply } from "../deploy/apply.ts";
import type { Manifest, ManifestObject } from "../deploy/manifests.ts";
import { waitForRollout } from "../deploy/rollout.ts";
import { stampImages } from "../deploy/stamp-images.ts";
import { machineAddress } from "../instance/config.ts";
import { connectToCluster } from "./cluster.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import { untilFailed } from "./completion.ts";
import { imageOf } from "./container.ts";
import { type ConversionContext, conversionContext } from "./context.ts";
import { convertProject } from "./convert.ts";
import { applyJob, untilComplete } from "./job.ts";
import { checkPorts, makeBindSources } from "./machine.ts";
import { checkNamespace } from "./namespace.ts";
import { findOrphans, removeOrphan } from "./orphans.ts";
import { readSources } from "./read-sources.ts";
import { untilGone } from "./until-gone.ts";
import { isAwaited, WAIT_IMAGE } from "./waiting.ts";

export interface KubernetesUpOptions extends PrepareOptions {
  /** What the engine is reached by, if that was said. */
  readonly dockerHost?: string | undefined;
  /** Delete what belongs to services that the files do not have. */
  readonly removeOrphans?: boolean | undefined;
  /** Milliseconds until a service must run. Default: five minutes. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 300_000;
const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/**
 * Makes images and volumes, applies the manifests, and waits until all services are available and all Jobs complete. Data is in the
 * engine's volumes: the same that `up` without `--kubernetes` uses. Throws the first failure; the next `up` goes on from there.
 */
export async function upOnKubernetes(
  context: OperationContext,
  project: Project,
  options: KubernetesUpOptions,
): Promise<void> {
  const { progress } = context;
  const { signal } = context;
  const address = machineAddress();
  const { namespace } = conversionContext(project, { files: new Map(), images: new Map(), volumes: new Map() });
  await using connection = connectToCluster(options.dockerHost);
  const { client } = connection;
  await checkNamespace(client, namespace, signal);
  await checkPorts(client, project, { namespace, address });
  await makeBindSources(project);
  const waits = Object.values(project.services).some(({ depends_on: on = {} }) => Object.keys(on).length > 0);
  const prepared = await prepare(context, project, { ...options, images: waits ? [WAIT_IMAGE] : [] });
  const facts: ClusterFacts = { ...prepared, files: await readSources(project), address };
  const { manifests: objects, warnings } = convertProject(project, facts);
  for (const warning of warnings) progress.warn(warning);
  await freeVolumes(client, objects, signal);
  const manifests = objects.map((object) => stampImages(located(object), imageIds(project, facts, prepared)));
  await applyAll(context, client, manifests);
  await orphans(context, client, { project, namespace, objects }, options);
  await untilRunning(
    context,
    client,
    { manifests, conversion: conversionContext(project, facts) },
    options.timeoutMs ?? TIMEOUT_MS,
  );
  await printAddresses(context, client, objects, address);
}

function imageIds(project: Project, facts: ClusterFacts, { images }: Prepared): ReadonlyMap<string, string> {
  const conversion = conversionContext(project, facts);
  return new Map(
    Object.values(project.services).flatMap((service): [string, string][] => {
      const id = images.get(service.name)?.id;
      return id === undefined ? [] : [[imageOf(service, conversion), id]];
    }),
  );
}

function located(object: ManifestObject): Manifest {
  const [version = "", group = ""] = object.apiVersion.split("/").toReversed();
  const resource = findKind(group, version, object.kind);
  if (!resource) throw new Error(`there is no kind ${object.kind} in ${object.apiVersion}`);
  return { file: `${object.kind} ${object.metadata.name}`, resource, object };
}

// A volume whose claim went while nobody looked stays another's for ever. Its files are the engine's and stay where they are.
async function freeVolumes(client: Client, objects: readonly ManifestObject[], signal: AbortSignal): Promise<void> {
  for (const { metadata } of objects.filter(({ kind }) => kind === "PersistentVolume")) {
    const key = { name: metadata.name };
    const found = await find(client, key.name, signal);
    if (found?.status?.phase !== "Released" && !found?.metadata.deletionTimestamp) continue;
    await client.delete(persistentVolumes, key, { signal });
    await untilGone(client, persistentVolumes, key, signal);
  }
}

async function find(client: Client, name: string, signal: AbortSignal): Promise<PersistentVolume | undefined> {
  try {
    return await client.get(persistentVolumes, { name }, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

// The namespace holds the others, and Pods start at once when what they use is there.
async function applyAll({ progress, signal }: OperationContext, client: Client, manifests: readonly Manifest[]) {
  const one = async (manifest: Manifest): Promise<void> => {
    const id = idOf(manifest.object);
    if (manifest.object.kind === "Job") await applyJob(client, manifest, signal);
    else await apply(client, manifest, signal);
    progress.event({ id, text: "Applied", status: isWorkload(manifest) ? "working" : "done" });
  };
  const [namespace, ...others] = manifests;
  if (namespace) await one(namespace);
  await Promise.all(others.filter((manifest) => !isWorkload(manifest)).map(one));
  await Promise.all(others.filter(isWorkload).map(one));
}

async function orphans(
  { progress, signal }: OperationContext,
  client: Client,
  { project, namespace, objects }: { project: Project; namespace: string; objects: readonly ManifestObject[] },
  { removeOrphans = false }: KubernetesUpOptions,
): Promise<void> {
  const keep = new Set(Object.keys(project.disabledServices));
  const found = await findOrphans(client, namespace, { wanted: objects, keep }, signal);
  // A service whose kind of workload changed must not run twice.
  const replaced = found.filter(
    ({ kind, name }) =>
      WORKLOADS.includes(kind) &&
      objects.some((object) => WORKLOADS.includes(object.kind) && object.metadata.name === name),
  );
  for (const orphan of removeOrphans ? found : replaced) {
    await removeOrphan(client, namespace, orphan, signal);
    progress.event({ id: idOf({ ...orphan, metadata: orphan }), text: "Removed", status: "done" });
  }
  const left = removeOrphans
    ? []
    : found.filter(({ kind }) => WORKLOADS.includes(kind)).filter((each) => !replaced.includes(each));
  if (left.length > 0)
    progress.warn(
      `services that the files do not have still run: ${left.map(({ name }) => name).join(", ")} (--remove-orphans removes them)`,
    );
}

async function untilRunning(
  { progress, signal }: OperationContext,
  client: Client,
  { manifests, conversion }: { manifests: readonly Manifest[]; conversion: ConversionContext },
  timeoutMs: number,
): Promise<void> {
  const awaited = Object.values(conversion.project.services).filter((service) => isAwaited(service, conversion));
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  await Promise.all(
    manifests.filter(isWorkload).map(async (manifest) => {
      const id = idOf(manifest.object);
      const isJob = manifest.object.kind === "Job";
      progress.event({ id, text: "Waiting", status: "working" });
      try {
        if (isJob) await untilComplete(client, manifest, limited);
        else {
          const report = (detail: string) => progress.event({ id, text: "Waiting", status: "working", detail });
          const service = awaited.find(({ name }) => conversion.nameOf(name) === manifest.object.metadata.name);
          await rolledOut(client, manifest, { service, conversion, report }, limited);
        }
      } catch (error) {
        progress.event({ id, text: "Error", status: "error" });
        throw error;
      }
      progress.event({ id, text: isJob ? "Completed" : "Running", status: "done" });
    }),
  );
}

async function rolledOut(
  client: Client,
  manifest: Manifest,
  o: { service: ComposeService | undefined; conversion: ConversionContext; report: (detail: string) => void },
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const rollout = waitForRollout(client, manifest, o.report, either);
  if (!o.service) return rollout;
  try {
    await Promise.race([rollout, untilFailed(client, o.service, o.conversion, either)]);
  } finally {
    over.abort();
  }
}

async function printAddresses(
  { log, signal }: OperationContext,
  client: Client,
  objects: readonly ManifestObject[],
  address: string,
): Promise<void> {
  for (const { kind, metadata } of objects) {
    if (kind !== "Service" || !metadata.name.endsWith("-published")) continue;
    const { name, namespace } = metadata;
    const { spec }: Service = await client.get(services, { namespace, name }, signal);
    const isHere = spec.externalIPs?.includes(address);
    for (const { port, nodePort, protocol } of spec.ports ?? [])
      log(
        `${name.replace(/-published$/, "")} is at ${address}:${isHere ? port : nodePort}/${(protocol ?? "TCP").toLowerCase()}`,
      );
  }
}

function isWorkload({ object }: Manifest): boolean {
  return WORKLOADS.includes(object.kind);
}

function idOf({ kind, metadata }: { readonly kind: string; readonly metadata: { readonly name: string } }): string {
  return `${kind} ${metadata.name}`;
}
