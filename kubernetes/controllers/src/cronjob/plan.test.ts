import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CronJob, CronJobSpec, Job } from "@skiff/api/batch/v1";
import { plan } from "./plan.ts";
import { parseSchedule } from "./schedule.ts";

const times = [
  { schedule: "*/15 * * * *", after: "2026-01-01T00:07:30Z", want: "2026-01-01T00:15:00Z" },
  { schedule: "0 3 * * *", after: "2026-01-01T03:00:00Z", want: "2026-01-02T03:00:00Z" },
  { schedule: "30 4 1 * *", after: "2026-01-31T00:00:00Z", want: "2026-02-01T04:30:00Z" },
  { schedule: "0 0 29 2 *", after: "2026-01-01T00:00:00Z", want: "2028-02-29T00:00:00Z" },
  { schedule: "0 9 * * mon-fri", after: "2026-01-02T10:00:00Z", want: "2026-01-05T09:00:00Z" },
  { schedule: "0 0 13 * 5", after: "2026-01-01T00:00:00Z", want: "2026-01-02T00:00:00Z" },
  { schedule: "@hourly", after: "2026-01-01T00:00:00Z", want: "2026-01-01T01:00:00Z" },
  { schedule: "@every 90s", after: "2026-01-01T00:00:00Z", want: "2026-01-01T00:01:30Z" },
  { schedule: "0 9 * * *", zone: "Europe/Berlin", after: "2026-07-01T00:00:00Z", want: "2026-07-01T07:00:00Z" },
  { schedule: "0 0 31 2 *", after: "2026-01-01T00:00:00Z", want: undefined },
];

describe("parseSchedule().next()", () => {
  for (const { schedule, zone, after, want } of times) {
    it(`answers ${want} for "${schedule}"${zone ? ` in ${zone}` : ""} after ${after}`, () => {
      const next = parseSchedule(schedule, zone).next(Date.parse(after));
      assert.equal(next, want && Date.parse(want));
    });
  }
  for (const bad of ["", "* * * *", "60 * * * *", "* * * * x", "*/0 * * * *"]) {
    it(`throws for "${bad}"`, () => assert.throws(() => parseSchedule(bad), TypeError));
  }
});

const NOW = Date.parse("2026-01-01T00:10:30Z");
const DUE = Date.parse("2026-01-01T00:10:00Z");
const every = parseSchedule("*/10 * * * *");

function aCronJob(spec: Partial<CronJobSpec> = {}, lastScheduleTime = "2026-01-01T00:00:00Z"): CronJob {
  const metadata = { name: "tick", creationTimestamp: "2026-01-01T00:00:00Z" };
  return { metadata, spec: { schedule: "*/10 * * * *", jobTemplate: {}, ...spec }, status: { lastScheduleTime } };
}

const aJob = (name: string, end?: "Complete" | "Failed"): Job => ({
  metadata: { name, uid: name, creationTimestamp: `2025-12-31T0${name.at(-1)}:00:00Z` },
  spec: { template: {} },
  status: end ? { conditions: [{ type: end, status: "True" }] } : {},
});

describe("plan() of a CronJob", () => {
  const table = [
    { when: "a time has come", cronJob: aCronJob(), jobs: [], start: DUE, deleted: [] },
    {
      when: "its Job was started",
      cronJob: aCronJob({}, "2026-01-01T00:10:00Z"),
      jobs: [],
      start: undefined,
      deleted: [],
    },
    { when: "it is suspended", cronJob: aCronJob({ suspend: true }), jobs: [], start: undefined, deleted: [] },
    {
      when: "it is too late",
      cronJob: aCronJob({ startingDeadlineSeconds: 20 }),
      jobs: [],
      start: undefined,
      deleted: [],
    },
    {
      when: "another runs and may not be joined",
      cronJob: aCronJob({ concurrencyPolicy: "Forbid" }),
      jobs: [aJob("j1")],
      start: undefined,
      deleted: [],
    },
    {
      when: "another runs and is replaced",
      cronJob: aCronJob({ concurrencyPolicy: "Replace" }),
      jobs: [aJob("j1")],
      start: DUE,
      deleted: ["j1"],
    },
    {
      when: "more have finished than are kept",
      cronJob: aCronJob({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 }, "2026-01-01T00:10:00Z"),
      jobs: [aJob("j1", "Complete"), aJob("j2", "Complete"), aJob("j3", "Failed")],
      start: undefined,
      deleted: ["j1", "j3"],
    },
  ];
  for (const { when, cronJob, jobs, start, deleted } of table) {
    it(`starts ${start === undefined ? "nothing" : "one"} and deletes [${deleted}] when ${when}`, () => {
      const steps = plan(cronJob, every, jobs, NOW);
      assert.deepEqual([steps.start, steps.delete.map(({ metadata }) => metadata.name)], [start, deleted]);
    });
  }

  it("starts one Job only, for the latest time, after an outage", () => {
    const { start, tooManyMissed } = plan(aCronJob({}, "2025-12-01T00:00:00Z"), every, [], NOW);
    assert.deepEqual([start, tooManyMissed], [DUE, true]);
  });
});
