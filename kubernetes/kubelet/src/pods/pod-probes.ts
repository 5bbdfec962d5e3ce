/** The probes of all running containers of one Pod. */
import type { Container, Pod } from "@skiff/api/core/v1";
import { attemptProbe } from "../probes/attempt.ts";
import { ContainerProbes } from "../probes/container-probes.ts";
import { findContainer } from "../spec/containers.ts";
import type { NodeContext } from "./node-context.ts";
import type { ObservedContainer, ObservedPod } from "./observed.ts";
import type { ProbeVerdict } from "./plan.ts";
import { podEvents } from "./pod-events.ts";

const TITLE = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;

export class PodProbes implements Disposable {
  readonly #context: NodeContext;
  readonly #changed: () => void;
  readonly #byId = new Map<string, ContainerProbes>();
  #quiet = false;

  constructor(context: NodeContext, changed: () => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** Begins to probe containers that run, and stops for those that do not. `starting` are not probed yet. */
  sync(pod: Pod, observed: ObservedPod, starting: (name: string) => boolean, podIP: () => string): void {
    const running = observed.containers.filter(({ state }) => state === "running");
    const ids = new Set(running.map(({ id }) => id));
    for (const [id, probes] of this.#byId) {
      if (ids.has(id)) continue;
      probes[Symbol.dispose]();
      this.#byId.delete(id);
    }
    for (const container of running) {
      const spec = findContainer(pod, container.name)?.container;
      if (!spec || this.#byId.has(container.id) || starting(container.name)) continue;
      this.#byId.set(container.id, this.#start(pod, spec, container, podIP));
    }
  }

  /** The Pod is ending: failures are no news any more. */
  quiet(): void {
    this.#quiet = true;
  }

  isStarted(id: string): boolean {
    return this.#byId.get(id)?.started ?? false;
  }

  isReady(id: string): boolean {
    return this.#byId.get(id)?.ready ?? false;
  }

  verdicts(): Map<string, ProbeVerdict> {
    return new Map([...this.#byId].map(([id, { started, failed }]) => [id, { started, failed }]));
  }

  [Symbol.dispose](): void {
    for (const probes of this.#byId.values()) probes[Symbol.dispose]();
    this.#byId.clear();
  }

  #start(pod: Pod, container: Container, observed: ObservedContainer, podIP: () => string): ContainerProbes {
    const { runtime, recorder, runtimeName, now } = this.#context;
    const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
    const containerID = `${runtimeName}://${observed.id}`;
    const known = [...containerStatuses, ...initContainerStatuses].find((status) => status.containerID === containerID);
    return new ContainerProbes({
      container,
      startedAt: observed.startedAt,
      now,
      known: known && { started: known.started ?? false, ready: known.ready },
      attempt: (_, probe) => attemptProbe({ runtime, container, containerId: observed.id, podIP: podIP() }, probe),
      changed: this.#changed,
      unhealthy: (kind, { message, errored }) => {
        if (this.#quiet) return;
        const verb = errored ? "errored and resulted in unknown state" : "failed";
        podEvents(recorder, pod, container.name).event(
          "Warning",
          "Unhealthy",
          `${TITLE[kind]} probe ${verb}: ${message}`,
        );
      },
    });
  }
}
