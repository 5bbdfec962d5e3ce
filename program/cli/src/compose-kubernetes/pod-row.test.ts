import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerState, Pod } from "@skiff/api/core/v1";
import { rowOfPod } from "./pod-row.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");

function pod(state: ContainerState, { ready = true, restartCount = 0 } = {}): Pod {
  const container = { name: "web", image: "web:1", args: ["serve"], readinessProbe: { exec: { command: ["check"] } } };
  const labels = { "com.docker.compose.project": "shop", "com.docker.compose.service": "web" };
  return {
    metadata: { name: "web-1", namespace: "shop", labels, creationTimestamp: "2026-01-01T11:00:00Z" },
    spec: { containers: [container] },
    status: {
      phase: "Running",
      containerStatuses: [
        { name: "web", image: "web:1", imageID: "", containerID: "skiff://abc", ready, restartCount, state },
      ],
    },
  } as Pod;
}

describe("rowOfPod()", () => {
  const running = { running: { startedAt: "2026-01-01T11:58:00Z" } };
  const ended = { terminated: { exitCode: 3, finishedAt: "2026-01-01T11:59:59Z" } };
  const waiting = { waiting: { reason: "CrashLoopBackOff" } };
  const table = [
    { when: "it is ready", pod: pod(running), want: ["running", "Up 2 minutes (healthy)", "healthy", 0] },
    {
      when: "its probe has not passed",
      pod: pod(running, { ready: false }),
      want: ["running", "Up 2 minutes (health: starting)", "starting", 0],
    },
    { when: "it has ended", pod: pod(ended), want: ["exited", "Exited (3) 1 second ago", "", 3] },
    {
      when: "it waits",
      pod: pod({ waiting: { reason: "PodInitializing" } }),
      want: ["created", "Created: PodInitializing", "", 0],
    },
    {
      when: "it ended before",
      pod: pod(waiting, { restartCount: 2 }),
      want: ["restarting", "Restarting: CrashLoopBackOff", "", 0],
    },
  ];
  for (const { when, pod: given, want } of table) {
    it(`says ${want[1]} when ${when}`, () => {
      const { state, status, health, exitCode } = rowOfPod(given, [], NOW);
      assert.deepEqual([state, status, health, exitCode], want);
    });
  }
  it("has the fields of a container", () => {
    const { id, project, service, command, created, networks } = rowOfPod(pod(running), [], NOW);
    assert.deepEqual([id, project, service, command, networks], ["abc", "shop", "web", "serve", ["shop"]]);
    assert.equal(created, Date.parse("2026-01-01T11:00:00Z") / 1000);
  });
});
