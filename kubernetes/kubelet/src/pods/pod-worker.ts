/**
 * Brings one Pod to what its object asks for, and says so in its status. Driven by events: `wake` means "look again". Each
 * turn observes, plans, starts the steps of the plan and goes on without waiting for them; a step that ends wakes the worker.
 */
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { messageOf } from "../container/start-error.ts";
import { gracePeriodSeconds, podContainers } from "../spec/containers.ts";
import type { PodFacts } from "../spec/pod-fields.ts";
import { podKey, podName } from "../spec/pod-name.ts";
import { shouldRestart } from "../spec/restart.ts";
import type { Waiting } from "../status/container-status.ts";
import { podStatus } from "../status/pod-status.ts";
import { podDirectories } from "../volumes/pod-directories.ts";
import { PodVolumes } from "../volumes/pod-volumes.ts";
import { Backoff } from "./backoff.ts";
import type { NodeContext } from "./node-context.ts";
import { PodObserver } from "./observe.ts";
import { newest, nothingObserved, type ObservedPod } from "./observed.ts";
import { type Fate, type Plan, type PlanInput, plan } from "./plan.ts";
import { podEvents } from "./pod-events.ts";
import { PodProbes } from "./pod-probes.ts";
import { StatusWriter } from "./status-writer.ts";
import { type Step, stepKey } from "./step.ts";
import { StepFailure, StepRunner } from "./step-runner.ts";

const DEADLINE = {
  reason: "DeadlineExceeded",
  message: "Pod was active on the node longer than the specified deadline",
};
/** Beyond this a Node timer would fire at once; looking again earlier does no harm. */
const MAX_TIMER_MS = 600_000;
const TURN_RETRY_MS = 1_000;

export class PodWorker implements AsyncDisposable {
  readonly uid: string;
  readonly #context: NodeContext;
  readonly #log: Logger;
  readonly #observer: PodObserver;
  readonly #writer: StatusWriter;
  readonly #probes: PodProbes;
  readonly #volumes: PodVolumes;
  readonly #runner: StepRunner;
  readonly #restarts = new Backoff({ initialMs: 10_000, maxMs: 300_000 });
  readonly #failures = new Backoff({ initialMs: 1_000, maxMs: 15_000 });
  readonly #startedAt: number;
  readonly #forgotten: () => void;
  readonly #busy = new Set<string>();
  readonly #steps = new Set<Promise<void>>();
  readonly #notBefore = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  #observed: ObservedPod = nothingObserved;
  #isGone = false;
  #verdict: typeof DEADLINE | undefined;
  #grace = Number.POSITIVE_INFINITY;
  #again = false;
  #turning: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(pod: Pod, context: NodeContext, forgotten: () => void) {
    this.uid = pod.metadata.uid ?? "";
    this.#context = context;
    this.#forgotten = forgotten;
    this.#log = context.log.with({ pod: podKey(pod) });
    this.#startedAt = context.now();
    this.#observer = new PodObserver(context.runtime, this.uid);
    this.#writer = new StatusWriter(pod, { client: context.client, log: context.log });
    this.#probes = new PodProbes(context, () => this.wake());
    const directories = podDirectories(context.root, pod);
    const { config, claims, tokens, mounter, now } = context;
    const facts = () => this.#facts();
    this.#volumes = new PodVolumes({ directories, facts, config, claims, tokens, mounter, log: this.#log, now });
    this.#runner = new StepRunner({
      context,
      directories,
      volumes: this.#volumes,
      facts,
      observed: () => this.#observed,
      running: () => this.wake(),
    });
  }

  /** The Pod's object as last known. */
  get pod(): Pod {
    return this.#writer.pod;
  }

  /** What the runtime last had of the Pod. */
  get observed(): ObservedPod {
    return this.#observed;
  }

  /** The API has a newer object. */
  update(pod: Pod): void {
    const { labels, annotations } = this.pod.metadata;
    this.#writer.observe(pod);
    const shown = [pod.metadata.labels, pod.metadata.annotations];
    if (!isDeepStrictEqual(shown, [labels, annotations])) this.#volumes.refreshDownward();
    this.wake();
  }

  /** The API has the Pod no more: everything of it is to go. */
  gone(): void {
    this.#isGone = true;
    this.wake();
  }

  /** Looks again soon; many calls in a row are one. */
  wake(): void {
    if (this.#disposed) return;
    this.#again = true;
    this.#turning ??= this.#turns();
  }

  /** Stops looking after the Pod; its containers go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#probes[Symbol.dispose]();
    this.#volumes[Symbol.dispose]();
    this.#runner[Symbol.dispose]();
    await this.#turning;
    this.#writer[Symbol.dispose]();
    await this.#writer.settled();
  }

  async #turns(): Promise<void> {
    // Whatever else happens in this tick is part of the first look.
    await Promise.resolve();
    while (this.#again && !this.#disposed) {
      this.#again = false;
      try {
        await this.#turn();
      } catch (error) {
        this.#log.error("cannot look after a Pod", { error: messageOf(error) });
        this.#wakeAt(this.#context.now() + TURN_RETRY_MS);
      }
    }
    this.#turning = undefined;
  }

  async #turn(): Promise<void> {
    const observed = await this.#observer.observe();
    if (this.#disposed) return;
    this.#observed = observed;
    this.#probes.sync(
      this.pod,
      observed,
      (name) => this.#busy.has(`start/${name}`),
      () => this.#facts().podIPs[0] ?? "",
    );
    const deadline = this.#checkDeadline();
    const next = plan(this.#planInput());
    if (next.over) this.#probes.quiet();
    for (const step of next.steps) this.#begin(step);
    this.#writeStatus(next);
    const at = [next.wakeAt, deadline].flatMap((time) => time ?? []);
    if (at.length > 0) this.#wakeAt(Math.min(...at));
  }

  #planInput(): PlanInput {
    const fate = this.#fate();
    if (fate !== "run") this.#grace = Math.min(this.#grace, gracePeriodSeconds(this.pod));
    return {
      pod: this.pod,
      observed: this.#observed,
      fate,
      gracePeriodSeconds: Math.min(this.#grace, gracePeriodSeconds(this.pod)),
      now: this.#context.now(),
      busy: this.#busy,
      volumes: this.#runner.volumesState,
      images: this.#runner.readyImages,
      notBefore: this.#delays(),
      probes: this.#probes.verdicts(),
    };
  }

  #fate(): Fate {
    if (this.#isGone) return "gone";
    if (this.pod.metadata.deletionTimestamp) return "delete";
    const { phase } = this.pod.status ?? {};
    return this.#verdict || phase === "Succeeded" || phase === "Failed" ? "stop" : "run";
  }

  /** Notes a Pod that ran too long; answers when one will have. */
  #checkDeadline(): number | undefined {
    const { activeDeadlineSeconds } = this.pod.spec;
    if (activeDeadlineSeconds === undefined || this.#fate() !== "run") return undefined;
    const { startTime } = this.pod.status ?? {};
    const at = (startTime ? Date.parse(startTime) : this.#startedAt) + activeDeadlineSeconds * 1000;
    if (at > this.#context.now()) return at;
    this.#verdict = DEADLINE;
    podEvents(this.#context.recorder, this.pod).event("Normal", DEADLINE.reason, DEADLINE.message);
    return undefined;
  }

  /** Failed steps wait as long as they have been told; crashed containers as long as their backoff says. */
  #delays(): Map<string, number> {
    const delays = new Map(this.#notBefore);
    const now = this.#context.now();
    for (const { role, container } of podContainers(this.pod)) {
      const { name } = container;
      const last = newest(this.#observed, name);
      if (last?.state !== "exited" || !shouldRestart(this.pod, role, container, last.exitCode)) continue;
      const until = this.#restarts.until(name, last.finishedAt);
      if (until <= now || this.#busy.has(`start/${name}`)) continue;
      delays.set(`restart/${name}`, until);
      this.#noteCrashLoop(name, until - last.finishedAt);
    }
    return delays;
  }

  #noteCrashLoop(name: string, delayMs: number): void {
    if (this.#waiting.get(name)?.reason === "CrashLoopBackOff" || this.#fate() !== "run") return;
    const who = podName(this.pod);
    const message = `back-off ${goDuration(delayMs)} restarting failed container=${name} pod=${who}`;
    this.#waiting.set(name, { reason: "CrashLoopBackOff", message });
    const story = `Back-off restarting failed container ${name} in pod ${who}`;
    podEvents(this.#context.recorder, this.pod, name).event("Warning", "BackOff", story);
  }

  #begin(step: Step): void {
    const key = stepKey(step);
    this.#busy.add(key);
    if (step.do === "startContainer") this.#noteRestart(step.name);
    const running = this.#carryOut(step, key).finally(() => {
      this.#busy.delete(key);
      this.#steps.delete(running);
      this.wake();
    });
    this.#steps.add(running);
  }

  #noteRestart(name: string): void {
    const last = newest(this.#observed, name);
    if (last?.state === "exited") this.#restarts.next(name, last.finishedAt);
  }

  async #carryOut(step: Step, key: string): Promise<void> {
    try {
      await this.#runner.run(step);
      this.#notBefore.delete(key);
      this.#failures.forget(key);
      if (step.do === "startContainer") this.#waiting.delete(step.name);
      if (step.do === "forget") this.#forgotten();
    } catch (error) {
      if (this.#disposed) return;
      const now = this.#context.now();
      this.#failures.next(key, now);
      const failure = error instanceof StepFailure ? error : undefined;
      this.#notBefore.set(key, failure?.retryAt ?? this.#failures.until(key, now));
      if (failure?.waiting && "name" in step) this.#waiting.set(step.name, failure.waiting);
      this.#log.warn("a step failed", { step: key, error: messageOf(error) });
    }
  }

  #writeStatus(next: Plan): void {
    if (this.#isGone) return;
    const status = podStatus({
      pod: this.pod,
      observed: this.#observed,
      runtimeName: this.#context.runtimeName,
      waiting: this.#waiting,
      ready: (id) => this.#probes.isReady(id),
      started: (id) => this.#probes.isStarted(id),
      stopping: next.over,
      starting: [...this.#busy].some((key) => key.startsWith("start/")),
      hostIPs: this.#context.hostIPs,
      now: this.#context.now(),
      startedAt: this.#startedAt,
      verdict: this.#verdict,
    });
    this.#writer.write(status);
  }

  #facts(): PodFacts {
    const { nodeName, hostIPs, allocatable } = this.#context;
    const own = this.#observed.sandboxes.find(({ ready }) => ready)?.ips ?? [];
    return { pod: this.pod, nodeName, hostIPs, podIPs: this.pod.spec.hostNetwork ? hostIPs : own, allocatable };
  }

  #wakeAt(time: number): void {
    clearTimeout(this.#timer);
    const ms = Math.min(Math.max(time - this.#context.now(), 0), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.wake(), ms).unref();
  }
}

/** As Go prints whole seconds: `10s`, `1m20s`, `5m0s`. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
