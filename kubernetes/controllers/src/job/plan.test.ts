import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Job, JobSpec, JobStatus } from "@skiff/api/batch/v1";
import type { Pod, PodPhase } from "@skiff/api/core/v1";
import { formatIndexes, parseIndexes } from "./indexes.ts";
import { plan } from "./plan.ts";
import { INDEX, TRACKING } from "./tally.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");
const START = "2026-01-01T00:00:00Z";

function aJob(spec: Partial<JobSpec> = {}, status: JobStatus = { startTime: START }): Job {
  return {
    metadata: { name: "sum", namespace: "default", uid: "j" },
    spec: { completions: 3, parallelism: 2, backoffLimit: 1, template: {}, ...spec },
    status,
  };
}

function aPod(name: string, phase: PodPhase, o: { counted?: boolean; index?: number; endedAgoMs?: number } = {}): Pod {
  const { counted = false, index, endedAgoMs = 3_000_000 } = o;
  const finishedAt = new Date(NOW - endedAgoMs).toISOString();
  const containerStatuses = [
    {
      name: "c",
      ready: false,
      restartCount: 0,
      image: "",
      imageID: "",
      state: { terminated: { exitCode: 0, finishedAt } },
    },
  ];
  return {
    metadata: {
      name,
      uid: name,
      ...(counted ? {} : { finalizers: [TRACKING] }),
      ...(index === undefined ? {} : { annotations: { [INDEX]: String(index) } }),
    },
    spec: { containers: [] },
    status: { phase, ...(phase === "Running" ? {} : { containerStatuses }) },
  };
}

const brief = (job: Job, pods: Pod[]) => {
  const { create, delete: deleted, release, status } = plan(job, pods, NOW);
  const conditions = (status.conditions ?? []).map(({ type, reason }) => `${type}:${reason}`);
  return { create: create.length, delete: deleted.length, release: release.length, conditions };
};

const table: { when: string; job?: Job; pods: Pod[]; want: ReturnType<typeof brief> }[] = [
  { when: "nothing has begun", pods: [], want: { create: 2, delete: 0, release: 0, conditions: [] } },
  {
    when: "as many run as may",
    pods: [aPod("a", "Running"), aPod("b", "Running")],
    want: { create: 0, delete: 0, release: 0, conditions: [] },
  },
  {
    when: "one succeeded",
    pods: [aPod("a", "Succeeded"), aPod("b", "Running")],
    want: { create: 1, delete: 0, release: 1, conditions: [] },
  },
  {
    when: "the last is running",
    job: aJob({}, { startTime: START, succeeded: 2 }),
    pods: [aPod("c", "Running")],
    want: { create: 0, delete: 0, release: 0, conditions: [] },
  },
  {
    when: "one failed a moment ago",
    pods: [aPod("a", "Failed", { endedAgoMs: 1000 })],
    want: { create: 0, delete: 0, release: 1, conditions: [] },
  },
  {
    when: "enough succeeded, not all counted yet",
    job: aJob({}, { startTime: START, succeeded: 2 }),
    pods: [aPod("c", "Succeeded")],
    want: { create: 0, delete: 0, release: 1, conditions: ["SuccessCriteriaMet:CompletionsReached"] },
  },
  {
    when: "enough succeeded, all counted",
    job: aJob({}, { startTime: START, succeeded: 3 }),
    pods: [],
    want: {
      create: 0,
      delete: 0,
      release: 0,
      conditions: ["SuccessCriteriaMet:CompletionsReached", "Complete:CompletionsReached"],
    },
  },
  {
    when: "too many failed while one runs",
    job: aJob({}, { startTime: START, failed: 2 }),
    pods: [aPod("c", "Running")],
    want: { create: 0, delete: 1, release: 0, conditions: ["FailureTarget:BackoffLimitExceeded"] },
  },
  {
    when: "its time is up",
    job: aJob({ activeDeadlineSeconds: 60 }),
    pods: [],
    want: {
      create: 0,
      delete: 0,
      release: 0,
      conditions: ["FailureTarget:DeadlineExceeded", "Failed:DeadlineExceeded"],
    },
  },
  {
    when: "it is suspended",
    job: aJob({ suspend: true }),
    pods: [aPod("a", "Running")],
    want: { create: 0, delete: 1, release: 0, conditions: ["Suspended:JobSuspended"] },
  },
];

describe("plan() of a Job of 3 completions, 2 at a time", () => {
  for (const { when, job = aJob(), pods, want } of table) {
    it(`answers ${JSON.stringify(want)} when ${when}`, () => assert.deepEqual(brief(job, pods), want));
  }

  it("counts a pod once: first noted, then released, then counted", () => {
    const first = plan(aJob(), [aPod("a", "Succeeded")], NOW).status;
    assert.deepEqual([first.succeeded, first.uncountedTerminatedPods], [0, { succeeded: ["a"] }]);
    const again = plan(aJob({}, first), [aPod("a", "Succeeded")], NOW).status;
    assert.deepEqual(again, first);
    const counted = plan(aJob({}, first), [aPod("a", "Succeeded", { counted: true })], NOW).status;
    assert.deepEqual([counted.succeeded, counted.uncountedTerminatedPods], [1, {}]);
  });
});

describe("plan() of an indexed Job", () => {
  const indexed = (status?: JobStatus) => aJob({ completionMode: "Indexed", completions: 5 }, status);

  it("works on the lowest indexes that are neither done nor worked on", () => {
    const job = indexed({ startTime: START, completedIndexes: "0,2", succeeded: 2 });
    assert.deepEqual(plan(job, [aPod("a", "Running", { index: 1 })], NOW).create, [3]);
  });

  it("notes an index that is done", () => {
    const { status } = plan(indexed(), [aPod("a", "Succeeded", { index: 4 })], NOW);
    assert.deepEqual([status.completedIndexes, status.succeeded], ["4", 1]);
  });
});

describe("formatIndexes()", () => {
  for (const text of ["", "3", "0,1", "0-2", "1,3-5,7,8"]) {
    it(`writes what parseIndexes() read from "${text}"`, () =>
      assert.equal(formatIndexes(parseIndexes(text, 10)), text));
  }
  it("leaves out what lies beyond the completions", () =>
    assert.deepEqual([...parseIndexes("0,3-900000000", 5)], [0, 3, 4]));
});
