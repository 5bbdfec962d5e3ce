/** Creates and starts one container of a Pod. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Container, Pod } from "@skiff/api/core/v1";
import type { ContainerConfig, Image, PodSandboxConfig } from "@skiff/engine/cri";
import { containerConfig } from "../container/config.ts";
import { containerEnv } from "../container/env.ts";
import { runHook } from "../container/lifecycle.ts";
import { serviceEnv } from "../container/service-env.ts";
import { messageOf, StartError } from "../container/start-error.ts";
import { hostsFile } from "../sandbox/hosts-file.ts";
import { gracePeriodSeconds } from "../spec/containers.ts";
import type { PodFacts } from "../spec/pod-fields.ts";
import { containerMounts } from "../volumes/mounts.ts";
import type { PodDirectories } from "../volumes/pod-directories.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { type NodeContext, seccompProfiles } from "./node-context.ts";
import type { PodEvents } from "./pod-events.ts";

export interface StartRequest {
  readonly context: NodeContext;
  readonly facts: PodFacts;
  readonly container: Container;
  readonly image: Image;
  readonly restartCount: number;
  readonly sandboxId: string;
  readonly sandboxConfig: PodSandboxConfig;
  readonly directories: PodDirectories;
  readonly volumes: PodVolumes;
  readonly events: PodEvents;
  /** The container an ephemeral one looks at. */
  readonly targetId?: string | undefined;
  /** The container runs and its postStart hook is about to. */
  readonly running: () => void;
  readonly signal: AbortSignal;
}

/** Resolves when the container runs and its postStart hook is done; rejects with a StartError. */
export async function startContainer(request: StartRequest): Promise<void> {
  const { context, container, events } = request;
  const { runtime } = context;
  try {
    const config = await configure(request);
    const containerId = await attempt("CreateContainerError", async () => {
      const { sandboxId: podSandboxId, sandboxConfig } = request;
      return (await runtime.createContainer({ podSandboxId, config, sandboxConfig })).containerId;
    });
    events.event("Normal", "Created", "Container created");
    await attempt("RunContainerError", () => runtime.startContainer({ containerId }));
    events.event("Normal", "Started", "Container started");
    if (container.lifecycle?.postStart) {
      request.running();
      await postStart(request, containerId);
    }
  } catch (error) {
    if (!(error instanceof StartError && error.reason === "PostStartHookError")) {
      events.event("Warning", "Failed", `Error: ${messageOf(error)}`);
    }
    throw error;
  }
}

async function configure(request: StartRequest): Promise<ContainerConfig> {
  const { context, facts, container, image, restartCount, directories, volumes, targetId } = request;
  const { pod } = facts;
  const namespace = pod.metadata.namespace ?? "";
  const services = serviceEnv(context.services(namespace, pod.spec.enableServiceLinks ?? true));
  const env = await containerEnv(container, facts, context.config, services);
  await writeHosts(pod, facts.podIPs, directories.hosts, context.clusterDomain);
  const hostPath = (volume: string) => volumes.hostPath(volume);
  const mounts = await containerMounts({ pod, container, env, hostPath, directories, mounter: context.mounter });
  const terminationMessageFile = join(directories.containers, container.name, String(restartCount));
  await mkdir(dirname(terminationMessageFile), { recursive: true });
  await mkdir(join(directories.logs, container.name), { recursive: true });
  await writeFile(terminationMessageFile, "");
  await chmod(terminationMessageFile, 0o666); // whatever user the container runs as may write it
  const { machineMemory } = context;
  return containerConfig({
    pod,
    container,
    restartCount,
    image,
    imageRef: image.id,
    env,
    mounts,
    terminationMessageFile,
    machineMemory,
    targetId,
    profiles: seccompProfiles(context),
  });
}

async function writeHosts(pod: Pod, podIPs: readonly string[], path: string, clusterDomain: string): Promise<void> {
  const nodeHosts = pod.spec.hostNetwork ? await readFile("/etc/hosts", "utf8") : "";
  await mkdir(dirname(path), { recursive: true });
  // Written in place: running containers have this very file mounted.
  await writeFile(path, hostsFile(pod, podIPs, clusterDomain, nodeHosts));
}

async function postStart(request: StartRequest, containerId: string): Promise<void> {
  const { context, container, facts, events, signal } = request;
  const handler = container.lifecycle?.postStart;
  if (!handler) return;
  try {
    const target = { runtime: context.runtime, container, containerId, podIP: facts.podIPs[0] ?? "" };
    await runHook(handler, target, signal);
  } catch (error) {
    events.event("Warning", "FailedPostStartHook", `PostStartHook failed: ${messageOf(error)}`);
    events.event("Normal", "Killing", "FailedPostStartHook");
    await context.runtime.stopContainer({ containerId, timeout: gracePeriodSeconds(facts.pod) });
    throw new StartError("PostStartHookError", messageOf(error), { cause: error });
  }
}

async function attempt<T>(reason: StartError["reason"], act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new StartError(reason, messageOf(error), { cause: error });
  }
}
