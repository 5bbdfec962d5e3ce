import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Job, JobSpec } from "../../generated/types/batch/v1.ts";
import { aJob, aPodSpec } from "../../testing/index.ts";
import { fieldErrorMessage } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { jobRules } from "./job.ts";

function messages(errors: ReturnType<NonNullable<typeof jobRules.validate>> | undefined): string[] {
  return (errors ?? []).map((error) => `${error.field}: ${fieldErrorMessage(error)}`);
}

describe("jobRules, for a new Job", () => {
  it("fills in a Job that says only what to run, with a selector of its own", () => {
    const template = { spec: { containers: [{ name: "main", image: "busybox:1.36" }], restartPolicy: "Never" } };
    const metadata = { name: "work", namespace: "default", uid: "uid-work", resourceVersion: "1" };
    const job = structuredClone({ apiVersion: "batch/v1", kind: "Job", metadata, spec: { template } }) as Mutable<Job>;
    jobRules.defaults?.(job);
    jobRules.prepareForCreate?.(job);
    jobRules.readBack?.(job);
    assert.deepEqual(job, aJob());
    assert.deepEqual(jobRules.validate?.(job), []);
  });
  it("keeps wrong labels, so that they are refused", () => {
    const labels = { "batch.kubernetes.io/controller-uid": "mine" };
    const template = { metadata: { labels }, spec: aPodSpec({ restartPolicy: "Never" }) };
    const job = structuredClone(aJob({}, { template })) as Mutable<Job>;
    delete job.spec.selector;
    jobRules.prepareForCreate?.(job);
    assert.match(
      messages(jobRules.validate?.(job)).join("\n"),
      /labels\[batch.kubernetes.io\/controller-uid\]: Invalid value: .*: must be 'uid-work'/,
    );
  });

  const table: readonly { when: string; spec: Partial<JobSpec>; want: readonly string[] }[] = [
    {
      when: "an indexed Job without completions",
      spec: { completionMode: "Indexed", completions: undefined },
      want: ["spec.completions: Required value: when completion mode is Indexed"],
    },
    {
      when: "a failure policy for Pods that are restarted",
      spec: {
        template: { ...aJob().spec.template, spec: aPodSpec({ restartPolicy: "OnFailure" }) },
        podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [42] } }] },
        podReplacementPolicy: "Failed",
      },
      want: [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    },
  ];
  for (const { when, spec, want } of table) {
    it(`refuses ${when}`, () => {
      assert.deepEqual(messages(jobRules.validate?.(aJob({}, spec))), want);
    });
  }
});

describe("jobRules.validateUpdate()", () => {
  const moved = { ...aJob().spec.template, spec: aPodSpec({ restartPolicy: "Never", nodeSelector: { disk: "ssd" } }) };
  const table: readonly { when: string; old: Partial<JobSpec>; spec: Partial<JobSpec>; want: readonly string[] }[] = [
    { when: "parallelism", old: {}, spec: { parallelism: 3 }, want: [] },
    {
      when: "completions",
      old: {},
      spec: { completions: 3 },
      want: ["spec.completions: Invalid value: 3: field is immutable"],
    },
    {
      when: "completions with parallelism of an indexed Job",
      old: { completionMode: "Indexed", completions: 1, parallelism: 1 },
      spec: { completionMode: "Indexed", completions: 3, parallelism: 3 },
      want: [],
    },
    {
      when: "where the Pods go while it waits",
      old: { suspend: true },
      spec: { suspend: true, template: moved },
      want: [],
    },
  ];
  for (const { when, old, spec, want } of table) {
    it(`${want.length === 0 ? "accepts" : "refuses"} a change of ${when}`, () => {
      assert.deepEqual(messages(jobRules.validateUpdate?.(aJob({}, spec), aJob({}, old))), want);
    });
  }
  it("refuses a change of where the Pods of a started Job go", () => {
    const errors = jobRules.validateUpdate?.(aJob({}, { template: moved }), aJob()) ?? [];
    assert.deepEqual(
      errors.map(({ field, detail }) => [field, detail]),
      [["spec.template", "field is immutable"]],
    );
  });
});
