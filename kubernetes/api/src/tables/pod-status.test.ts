import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerStatus, Pod, PodStatus } from "../generated/types/core/v1.ts";
import { aPod } from "../testing/index.ts";
import { summarize } from "./pod-status.ts";

const now = Date.parse("2024-01-01T01:00:00Z");

function status(name: string, more: Partial<ContainerStatus>): ContainerStatus {
  return { name, image: "busybox", imageID: "", ready: false, restartCount: 0, ...more };
}

function pod(podStatus: PodStatus, more: Partial<Pod["spec"]> = {}, deletionTimestamp?: string): Pod {
  return { ...aPod({ deletionTimestamp }, more), status: podStatus };
}

const running = status("main", { ready: true, state: { running: {} } });
const crashing = status("main", {
  restartCount: 2,
  state: { waiting: { reason: "CrashLoopBackOff" } },
  lastState: { terminated: { exitCode: 1, finishedAt: "2024-01-01T00:57:00Z" } },
});
const initContainers = [{ name: "one" }, { name: "two" }];
const done = status("one", { state: { terminated: { exitCode: 0, reason: "Completed" } } });

const table: { when: string; pod: Pod; want: [ready: string, reason: string, restarts: string] }[] = [
  { when: "it waits for a node", pod: pod({ phase: "Pending" }), want: ["0/1", "Pending", "0"] },
  { when: "it runs", pod: pod({ phase: "Running", containerStatuses: [running] }), want: ["1/1", "Running", "0"] },
  {
    when: "its container crashes",
    pod: pod({ phase: "Running", containerStatuses: [crashing] }),
    want: ["0/1", "CrashLoopBackOff", "2 (3m ago)"],
  },
  {
    when: "it is done",
    pod: pod({
      phase: "Succeeded",
      containerStatuses: [status("main", { state: { terminated: { exitCode: 0, reason: "Completed" } } })],
    }),
    want: ["0/1", "Completed", "0"],
  },
  {
    when: "it was killed without a reason",
    pod: pod({
      phase: "Failed",
      containerStatuses: [status("main", { state: { terminated: { exitCode: 137, signal: 9 } } })],
    }),
    want: ["0/1", "Signal:9", "0"],
  },
  {
    when: "the second init container runs",
    pod: pod(
      { phase: "Pending", initContainerStatuses: [done, status("two", { state: { running: {} } })] },
      { initContainers },
    ),
    want: ["0/1", "Init:1/2", "0"],
  },
  {
    when: "an init container fails",
    pod: pod(
      { phase: "Pending", initContainerStatuses: [status("one", { state: { terminated: { exitCode: 3 } } })] },
      { initContainers },
    ),
    want: ["0/1", "Init:ExitCode:3", "0"],
  },
  {
    when: "a sidecar runs beside it",
    pod: pod(
      {
        phase: "Running",
        initContainerStatuses: [status("side", { started: true, ready: true, state: { running: {} } })],
        containerStatuses: [running],
      },
      { initContainers: [{ name: "side", restartPolicy: "Always" }] },
    ),
    want: ["2/2", "Running", "0"],
  },
  {
    when: "it is being deleted",
    pod: pod({ phase: "Running", containerStatuses: [running] }, {}, "2024-01-01T00:59:00Z"),
    want: ["1/1", "Terminating", "0"],
  },
  {
    when: "it is held by a gate",
    pod: pod({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
    }),
    want: ["0/1", "SchedulingGated", "0"],
  },
];

describe("summarize()", () => {
  for (const { when, pod, want } of table) {
    it(`says ${want.join(" ")} when ${when}`, () => {
      const { ready, total, reason, restarts } = summarize(pod, now);
      assert.deepEqual([`${ready}/${total}`, reason, restarts], want);
    });
  }
});
