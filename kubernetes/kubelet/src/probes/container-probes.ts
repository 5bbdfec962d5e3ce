/** The probes of one running container: startup first, then liveness and readiness, each in its own rhythm. */
import type { Container, Probe } from "@skiff/api/core/v1";
import { ProbeCounter } from "./counter.ts";
import type { ProbeResult } from "./verdict.ts";

export type ProbeKind = "startup" | "liveness" | "readiness";

export interface ContainerProbesOptions {
  readonly container: Container;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly now: () => number;
  /** Tries a probe once. Rejects when it could not be tried: that counts as neither. */
  readonly attempt: (kind: ProbeKind, probe: Probe) => Promise<ProbeResult>;
  /** A verdict changed. */
  readonly changed: () => void;
  /** A try did not pass, or could not be made. */
  readonly unhealthy: (kind: ProbeKind, result: { readonly message: string; readonly errored: boolean }) => void;
  /** What was known of the container before this process: it keeps its standing until a probe says otherwise. */
  readonly known?: { readonly started: boolean; readonly ready: boolean } | undefined;
}

export class ContainerProbes implements Disposable {
  readonly #options: ContainerProbesOptions;
  readonly #timers = new Map<ProbeKind, NodeJS.Timeout>();
  readonly #counters: Readonly<Record<ProbeKind, ProbeCounter | undefined>>;
  #disposed = false;

  constructor(options: ContainerProbesOptions) {
    this.#options = options;
    const { startupProbe, livenessProbe, readinessProbe } = options.container;
    const { started = false, ready = false } = options.known ?? {};
    this.#counters = {
      startup: startupProbe && new ProbeCounter(startupProbe, started),
      liveness: livenessProbe && new ProbeCounter(livenessProbe, true),
      readiness: readinessProbe && new ProbeCounter(readinessProbe, ready),
    };
    if (!this.started) this.#schedule("startup", startupProbe);
    else this.#afterStartup();
  }

  get started(): boolean {
    return this.#counters.startup?.verdict ?? true;
  }

  get ready(): boolean {
    return this.started && (this.#counters.readiness?.verdict ?? true);
  }

  /** The probe because of which the container has to be restarted. */
  get failed(): "liveness" | "startup" | undefined {
    if (!this.started) return this.#counters.startup?.exhausted ? "startup" : undefined;
    return this.#counters.liveness?.verdict === false ? "liveness" : undefined;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #afterStartup(): void {
    this.#schedule("liveness", this.#options.container.livenessProbe);
    this.#schedule("readiness", this.#options.container.readinessProbe);
  }

  /** The first try comes at once, or when the initial delay since the container's start is over. */
  #schedule(kind: ProbeKind, probe: Probe | undefined): void {
    if (!probe) return;
    const due = this.#options.startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
    this.#wait(kind, probe, Math.max(0, due - this.#options.now()));
  }

  #wait(kind: ProbeKind, probe: Probe, ms: number): void {
    if (this.#disposed) return;
    const timer = setTimeout(() => void this.#try(kind, probe), ms);
    this.#timers.set(kind, timer.unref());
  }

  async #try(kind: ProbeKind, probe: Probe): Promise<void> {
    const began = this.#options.now();
    const result = await this.#attempt(kind, probe);
    if (this.#disposed) return;
    const counter = this.#counters[kind];
    const before = [this.started, this.ready, this.failed];
    if (result && counter) counter.count(result.ok);
    const after = [this.started, this.ready, this.failed];
    if (before.some((value, index) => value !== after[index])) this.#options.changed();
    if (kind === "startup" && this.started) return this.#afterStartup();
    if (this.failed === kind) return;
    const period = (probe.periodSeconds ?? 10) * 1000;
    this.#wait(kind, probe, Math.max(0, began + period - this.#options.now()));
  }

  async #attempt(kind: ProbeKind, probe: Probe): Promise<ProbeResult | undefined> {
    try {
      const result = await this.#options.attempt(kind, probe);
      if (!result.ok && !this.#disposed) this.#options.unhealthy(kind, { message: result.message, errored: false });
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#disposed) this.#options.unhealthy(kind, { message, errored: true });
      return undefined;
    }
  }
}
