/**
 * Decides what would bring a Pod's sandbox and containers to what its object asks for. Pure: the worker carries the
 * steps out, observes the outcome and asks again, whatever happened in between.
 */
import type { Container, Pod } from "@skiff/api/core/v1";
import { findContainer, gracePeriodSeconds, type PodContainer, podContainers, type Role } from "../spec/containers.ts";
import { containerHash } from "../spec/hash.ts";
import { shouldRestart } from "../spec/restart.ts";
import { isAlive, newest, type ObservedContainer, type ObservedPod, type ObservedSandbox } from "./observed.ts";
import { planStop } from "./plan-stop.ts";
import { type Step, stepKey } from "./step.ts";

/**
 * What is wanted of a Pod: to run; to stop but stay (it is over); to stop and be deleted from the API; to stop and leave
 * nothing, because the API has no such Pod any more.
 */
export type Fate = "run" | "stop" | "delete" | "gone";

/** What the probes last said of a running container. */
export interface ProbeVerdict {
  /** The startup probe has passed, or there is none. */
  readonly started: boolean;
  /** The probe that demands a restart, if one does. */
  readonly failed?: "liveness" | "startup" | undefined;
}

export interface PlanInput {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly fate: Fate;
  /** Grace of a Pod that is to stop, in seconds. */
  readonly gracePeriodSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Keys of the steps under way. */
  readonly busy: ReadonlySet<string>;
  /** "unknown" for a Pod found at start: what an earlier process left may be anything. */
  readonly volumes: "mounted" | "unmounted" | "unknown";
  /** Containers whose image is ready for their next start. */
  readonly images: ReadonlySet<string>;
  /** Until when a step that failed waits, by key, and containers that crashed, as `restart/<name>`. */
  readonly notBefore: ReadonlyMap<string, number>;
  /** By container id. */
  readonly probes: ReadonlyMap<string, ProbeVerdict>;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** When to look again if nothing happens before. */
  readonly wakeAt?: number | undefined;
  /** The Pod has run its course: every container that counts has ended and none is to run again. */
  readonly over: boolean;
}

/** The exit code of what SIGKILL ended. */
const KILLED = 137;

/** The steps that can be taken now, independent of each other. */
export function plan(input: PlanInput): Plan {
  const draft = new Draft(input);
  const over = input.fate !== "run" || isOver(input.pod, input.observed);
  if (over) planStop(input, draft);
  else planRun(input, draft);
  return { steps: draft.steps, wakeAt: draft.wakeAt, over };
}

/** Collects steps, leaving out what is under way or has to wait. */
export class Draft {
  readonly steps: Step[] = [];
  wakeAt: number | undefined;
  readonly #input: PlanInput;

  constructor(input: PlanInput) {
    this.#input = input;
  }

  /** Adds `step` unless one of its key is under way or waits after a failure. */
  add(step: Step): void {
    const key = stepKey(step);
    if (this.#input.busy.has(key)) return;
    if (this.mayRun(key)) this.steps.push(step);
  }

  /** False, with a wake-up noted, while `key` has to wait. */
  mayRun(key: string): boolean {
    const at = this.#input.notBefore.get(key) ?? 0;
    if (at <= this.#input.now) return true;
    this.wakeAt = Math.min(this.wakeAt ?? at, at);
    return false;
  }
}

function planRun(input: PlanInput, draft: Draft): void {
  const { observed } = input;
  if (input.volumes !== "mounted") draft.add({ do: "mountVolumes" });
  const [sandbox] = observed.sandboxes;
  if (!sandbox?.ready) {
    draft.add({
      do: "createSandbox",
      attempt: sandbox ? sandbox.attempt + 1 : 0,
      replaces: observed.sandboxes.map(({ id }) => id),
    });
  }
  const current = sandbox?.ready ? sandbox : undefined;
  for (const next of wanted(input, current)) bringUp(input, draft, current, next);
  killChanged(input, draft);
  collectGarbage(observed, draft);
}

/** The containers that should be running now, in the order to start them: as far as the init sequence has come. */
function wanted(input: PlanInput, sandbox: ObservedSandbox | undefined): PodContainer[] {
  const { pod, observed } = input;
  const here = (name: string) => observed.containers.find((c) => c.name === name && c.sandboxId === sandbox?.id);
  const initialized = pod.spec.containers.some(({ name }) => here(name));
  const found: PodContainer[] = [];
  for (const entry of podContainers(pod)) {
    const container = here(entry.container.name);
    if (entry.role === "sidecar") {
      found.push(entry);
      if (!initialized && !(container?.state === "running" && isStarted(input, container))) return found;
    } else if (entry.role === "init") {
      if (initialized || (container?.state === "exited" && container.exitCode === 0)) continue;
      return [...found, entry];
    } else if (entry.role === "regular" || initialized) {
      found.push(entry);
    }
  }
  return found;
}

function isStarted(input: PlanInput, container: ObservedContainer): boolean {
  return !input.busy.has(`start/${container.name}`) && (input.probes.get(container.id)?.started ?? false);
}

function bringUp(
  input: PlanInput,
  draft: Draft,
  sandbox: ObservedSandbox | undefined,
  { role, container }: PodContainer,
): void {
  const { pod, observed, busy, images } = input;
  const { name } = container;
  const last = newest(observed, name);
  if (last && sandbox && last.sandboxId === sandbox.id && isAlive(last)) return;
  if (last?.state === "exited" && !runsAgain(pod, role, container, last, sandbox)) return;
  if (busy.has(`start/${name}`) || !draft.mayRun(`restart/${name}`)) return;
  if (last?.state === "created") {
    // Made by a process that did not live to start it, or could not.
    draft.add({ do: "removeContainer", id: last.id });
    return;
  }
  if (!images.has(name)) {
    draft.add({ do: "ensureImage", name });
    return;
  }
  if (!sandbox || input.volumes !== "mounted") return;
  // Containers start one after the other, each after the postStart hook of the one before.
  const starting = [...busy].some((key) => key.startsWith("start/"));
  if (starting || draft.steps.some((step) => step.do === "startContainer")) return;
  const restartCount = last ? last.restartCount + 1 : restartCountOnRecord(pod, name);
  draft.add({ do: "startContainer", name, restartCount, sandboxId: sandbox.id });
}

/** The restart count of a container the runtime knows nothing of: the API may remember that it ran before. */
function restartCountOnRecord(pod: Pod, name: string): number {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const known = [...containerStatuses, ...initContainerStatuses].find((status) => status.name === name);
  return known?.containerID ? known.restartCount + 1 : (known?.restartCount ?? 0);
}

/** Whether an ended container is to run again. What has to be redone in a new sandbox is not asked for its exit code. */
function runsAgain(
  pod: Pod,
  role: Role,
  container: Container,
  last: ObservedContainer,
  sandbox: ObservedSandbox | undefined,
): boolean {
  if (role === "init" && last.sandboxId !== sandbox?.id) return true;
  return shouldRestart(pod, role, container, last.exitCode);
}

/** Containers that fail their probes or whose definition changed end here; the next plan starts them anew. */
function killChanged(input: PlanInput, draft: Draft): void {
  const { pod, observed } = input;
  for (const { role, container } of podContainers(pod)) {
    const running = newest(observed, container.name);
    if (running?.state !== "running") continue;
    const failed = input.probes.get(running.id)?.failed;
    const kill = (message: string, grace?: number) =>
      draft.add({
        do: "killContainer",
        name: container.name,
        id: running.id,
        reason: { message, gracePeriodSeconds: grace ?? gracePeriodSeconds(pod) },
      });
    if (failed) {
      const probe = failed === "liveness" ? container.livenessProbe : container.startupProbe;
      const end = shouldRestart(pod, role, container, KILLED) ? ", will be restarted" : "";
      kill(`Container ${container.name} failed ${failed} probe${end}`, probe?.terminationGracePeriodSeconds);
    } else if (running.hash !== containerHash(container) && role !== "ephemeral") {
      kill(`Container ${container.name} definition changed, will be restarted`);
    }
  }
}

/** Of each container the newest and the last that ended before it are kept, for their logs and for `lastState`. */
function collectGarbage(observed: ObservedPod, draft: Draft): void {
  const seen = new Map<string, number>();
  const kept = new Set<string>();
  for (const container of observed.containers) {
    const count = (seen.get(container.name) ?? 0) + 1;
    seen.set(container.name, count);
    if (count <= 2 || isAlive(container)) kept.add(container.sandboxId);
    else draft.add({ do: "removeContainer", id: container.id });
  }
  for (const sandbox of observed.sandboxes.slice(1)) {
    if (!sandbox.ready && !kept.has(sandbox.id)) draft.add({ do: "removeSandbox", id: sandbox.id });
  }
}

/** True when no container that decides the Pod's end runs or will run again. */
export function isOver(pod: Pod, observed: ObservedPod): boolean {
  const ended = (name: string) => {
    const last = newest(observed, name);
    const found = last?.state === "exited" ? findContainer(pod, name) : undefined;
    return last && found && !shouldRestart(pod, found.role, found.container, last.exitCode) ? last : undefined;
  };
  for (const container of pod.spec.initContainers ?? []) {
    const last = ended(container.name);
    if (last && last.exitCode !== 0) return true;
  }
  return pod.spec.containers.every(({ name }) => ended(name) !== undefined);
}
