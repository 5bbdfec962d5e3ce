/** Carries out the steps of a Pod's plan, one function each. */
import { mkdir, rm } from "node:fs/promises";
import { isNotFound } from "@skiff/api";
import { pods } from "@skiff/api/resources";
import { CriError, criCode, type Image, type PodSandboxConfig } from "@skiff/engine/cri";
import { messageOf, StartError } from "../container/start-error.ts";
import { sandboxConfig } from "../sandbox/config.ts";
import { podResolver } from "../sandbox/resolver.ts";
import { findContainer } from "../spec/containers.ts";
import type { PodFacts } from "../spec/pod-fields.ts";
import { podKey } from "../spec/pod-name.ts";
import type { Waiting } from "../status/container-status.ts";
import type { PodDirectories } from "../volumes/pod-directories.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { killContainer } from "./kill-container.ts";
import { type NodeContext, pullSecrets, seccompProfiles } from "./node-context.ts";
import { newest, type ObservedPod } from "./observed.ts";
import type { PlanInput } from "./plan.ts";
import { podEvents } from "./pod-events.ts";
import { startContainer } from "./start-container.ts";
import type { Step } from "./step.ts";

/** How long ErrImagePull is shown before the wait that follows it is. */
const SHOW_PULL_ERROR_MS = 2_000;

/** A step did not work out. */
export class StepFailure extends Error {
  /** What the container's status is to show. */
  readonly waiting: Waiting | undefined;
  /** Not to be tried before, in milliseconds since the epoch; undefined: after the usual backoff. */
  readonly retryAt: number | undefined;

  constructor(cause: unknown, o: { waiting?: Waiting | undefined; retryAt?: number | undefined } = {}) {
    super(messageOf(cause), { cause });
    this.name = "StepFailure";
    this.waiting = o.waiting;
    this.retryAt = o.retryAt;
  }
}

export interface StepRunnerDeps {
  readonly context: NodeContext;
  readonly directories: PodDirectories;
  readonly volumes: PodVolumes;
  readonly facts: () => PodFacts;
  readonly observed: () => ObservedPod;
  /** A container has come to run before its step is over. */
  readonly running: () => void;
}

type Of<D extends Step["do"]> = Extract<Step, { do: D }>;

export class StepRunner implements Disposable {
  readonly #deps: StepRunnerDeps;
  readonly #images = new Map<string, Image>();
  readonly #stop = new AbortController();
  #volumesState: PlanInput["volumes"] = "unknown";

  constructor(deps: StepRunnerDeps) {
    this.#deps = deps;
  }

  get volumesState(): PlanInput["volumes"] {
    return this.#volumesState;
  }

  /** Containers whose image is there for their next start. */
  get readyImages(): ReadonlySet<string> {
    return new Set(this.#images.keys());
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  /** Resolves when the step is done; rejects, with a StepFailure where more is known than the error. */
  async run(step: Step): Promise<void> {
    const { runtime } = this.#deps.context;
    switch (step.do) {
      case "mountVolumes":
        return this.#mountVolumes();
      case "unmountVolumes":
        await this.#deps.volumes.unmount();
        this.#volumesState = "unmounted";
        return;
      case "createSandbox":
        return this.#createSandbox(step);
      case "ensureImage":
        return this.#ensureImage(step);
      case "startContainer":
        return this.#startContainer(step);
      case "killContainer":
        return this.#killContainer(step);
      case "removeContainer":
        return tolerateGone(runtime.removeContainer({ containerId: step.id }));
      case "stopSandbox":
        return tolerateGone(runtime.stopPodSandbox({ podSandboxId: step.id }));
      case "removeSandbox":
        return tolerateGone(runtime.removePodSandbox({ podSandboxId: step.id }));
      case "confirmDeletion":
        return this.#confirmDeletion();
      case "forget":
        this.#deps.context.tokens.forget(this.#deps.facts().pod.metadata.uid ?? "");
        await rm(this.#deps.directories.logs, { recursive: true, force: true });
        return;
    }
  }

  async #mountVolumes(): Promise<void> {
    const { volumes, context, facts } = this.#deps;
    try {
      await volumes.mount();
      this.#volumesState = "mounted";
    } catch (error) {
      podEvents(context.recorder, facts().pod).event("Warning", "FailedMount", messageOf(error));
      throw error;
    }
  }

  async #createSandbox({ attempt, replaces }: Of<"createSandbox">): Promise<void> {
    const { context, directories, facts } = this.#deps;
    const events = podEvents(context.recorder, facts().pod);
    if (replaces.length > 0) {
      events.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
    }
    try {
      for (const podSandboxId of replaces) await tolerateGone(context.runtime.stopPodSandbox({ podSandboxId }));
      await mkdir(directories.logs, { recursive: true });
      await context.runtime.runPodSandbox({ config: this.#sandboxConfig(attempt), runtimeHandler: "" });
    } catch (error) {
      events.event("Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${messageOf(error)}`);
      throw error;
    }
  }

  #sandboxConfig(attempt: number): PodSandboxConfig {
    const { context, directories, facts } = this.#deps;
    const { pod } = facts();
    const { clusterDns: dns, clusterDomain, cgroupRoot, nodeHostname, hostResolver } = context;
    return sandboxConfig({
      pod,
      attempt,
      logDirectory: directories.logs,
      dns: podResolver(pod, { dns, domain: clusterDomain }, hostResolver),
      clusterDomain,
      cgroupRoot,
      nodeHostname,
      profiles: seccompProfiles(context),
    });
  }

  async #ensureImage({ name }: Of<"ensureImage">): Promise<void> {
    const { context, facts } = this.#deps;
    const { pod } = facts();
    const container = findContainer(pod, name)?.container;
    if (!container) return;
    const { namespace = "" } = pod.metadata;
    const events = podEvents(context.recorder, pod, name);
    try {
      const secrets = () => pullSecrets(pod.spec.imagePullSecrets ?? [], namespace, context.config);
      this.#images.set(name, await context.images.ensure({ pod, container, pullSecrets: secrets, events }));
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      events.event("Warning", "Failed", `Error: ${error.reason}`);
      const until = context.images.retryAt(pod, container.image ?? "");
      const shown = error.reason === "ErrImagePull" ? context.now() + SHOW_PULL_ERROR_MS : until;
      const retryAt =
        error.reason.startsWith("ErrImagePull") || error.reason === "ImagePullBackOff" ? shown : undefined;
      throw new StepFailure(error, { waiting: { reason: error.reason, message: error.message }, retryAt });
    }
  }

  async #startContainer({ name, restartCount, sandboxId }: Of<"startContainer">): Promise<void> {
    const { context, directories, facts, observed, running, volumes } = this.#deps;
    const { pod } = facts();
    const found = findContainer(pod, name);
    const image = this.#images.get(name);
    if (!found || !image) return;
    const sandbox = observed().sandboxes.find(({ id }) => id === sandboxId);
    const target = pod.spec.ephemeralContainers?.find((ephemeral) => ephemeral.name === name)?.targetContainerName;
    try {
      await startContainer({
        context,
        facts: facts(),
        container: found.container,
        image,
        restartCount,
        sandboxId,
        sandboxConfig: this.#sandboxConfig(sandbox?.attempt ?? 0),
        directories,
        volumes,
        events: podEvents(context.recorder, pod, name),
        targetId: target ? newest(observed(), target)?.id : undefined,
        running,
        signal: this.#stop.signal,
      });
      // The next start asks the pull policy anew.
      this.#images.delete(name);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      throw new StepFailure(error, { waiting: { reason: error.reason, message: error.message } });
    }
  }

  async #killContainer({ name, id, reason }: Of<"killContainer">): Promise<void> {
    const { context, facts } = this.#deps;
    const { pod, podIPs } = facts();
    const container = findContainer(pod, name)?.container;
    const events = podEvents(context.recorder, pod, name);
    await tolerateGone(killContainer({ context, container, containerId: id, podIP: podIPs[0] ?? "", reason, events }));
  }

  /** Containers and volumes are gone: now the API may forget the Pod. Only this one: its name may be another's by now. */
  async #confirmDeletion(): Promise<void> {
    const { context, facts } = this.#deps;
    const { pod } = facts();
    const preconditions = { uid: pod.metadata.uid };
    try {
      await context.client.delete(pods, podKey(pod), { gracePeriodSeconds: 0, preconditions });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

async function tolerateGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof CriError && error.code === criCode.notFound)) throw error;
  }
}
