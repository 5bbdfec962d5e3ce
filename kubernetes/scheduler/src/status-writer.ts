import { isConflict, isNotFound, type Logger } from "@skiff/api";
import type { Pod, PodCondition } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { type Client, type EventRecorder, referenceTo } from "@skiff/client";
import type { PodInfo } from "./pod-info.ts";

/** Tells users where a Pod went or why it waits. Nothing here holds up scheduling. */
export class StatusWriter {
  readonly #client: Pick<Client, "patch" | "delete">;
  readonly #events: EventRecorder;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #now: () => number;

  constructor(o: {
    readonly client: Pick<Client, "patch" | "delete">;
    readonly events: EventRecorder;
    readonly log: Logger;
    readonly signal: AbortSignal;
    readonly now: () => number;
  }) {
    this.#client = o.client;
    this.#events = o.events;
    this.#log = o.log;
    this.#signal = o.signal;
    this.#now = o.now;
  }

  bound({ pod, key }: PodInfo, nodeName: string): void {
    this.#events.event(referenceTo(pods, pod), "Normal", "Scheduled", `Successfully assigned ${key} to ${nodeName}`);
  }

  /** Writes the event, and the condition PodScheduled=False when it says something new. */
  async waits(
    { pod }: PodInfo,
    reason: "Unschedulable" | "SchedulerError",
    message: string,
    nominatedNodeName?: string,
  ): Promise<void> {
    this.#events.event(referenceTo(pods, pod), "Warning", "FailedScheduling", message);
    const old = pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
    const same = old?.status === "False" && old.reason === reason && old.message === message;
    if (same && (nominatedNodeName ?? "") === (pod.status?.nominatedNodeName ?? "")) return;
    const condition: PodCondition = {
      type: "PodScheduled",
      status: "False",
      reason,
      message,
      lastTransitionTime: (old?.status === "False" && old.lastTransitionTime) || this.#timestamp(),
    };
    await this.#patchStatus(pod, {
      conditions: [condition],
      ...(nominatedNodeName ? { nominatedNodeName } : {}),
    });
  }

  /** Ends a Pod in favour of `preemptor`. */
  async preempt({ pod }: PodInfo, preemptor: PodInfo, nodeName: string): Promise<void> {
    this.#events.event(
      referenceTo(pods, pod),
      "Normal",
      "Preempted",
      `Preempted by pod ${preemptor.pod.metadata.uid} on node ${nodeName}`,
    );
    const condition: PodCondition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "PreemptionByScheduler",
      message: "default-scheduler: preempting to accommodate a higher priority pod",
      lastTransitionTime: this.#timestamp(),
    };
    await this.#patchStatus(pod, { conditions: [condition] });
    const { uid } = pod.metadata;
    await this.#unlessGone(() =>
      this.#client.delete(pods, pod.metadata, { preconditions: { uid }, signal: this.#signal }),
    );
  }

  async #patchStatus(pod: Pod, status: object): Promise<void> {
    await this.#unlessGone(() =>
      this.#client.patch(
        pods,
        pod.metadata,
        { metadata: { uid: pod.metadata.uid }, status },
        { type: "strategic", subresource: "status", signal: this.#signal },
      ),
    );
  }

  async #unlessGone(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      // Gone, or replaced by another of that name: there is nobody left to tell.
      if (isNotFound(error) || isConflict(error) || this.#signal.aborted) return;
      this.#log.warn("pod status not written", { error });
    }
  }

  #timestamp(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }
}
