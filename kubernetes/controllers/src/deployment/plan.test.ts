import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Deployment, DeploymentSpec, DeploymentStatus, ReplicaSet } from "@skiff/api/apps/v1";
import { marked, sized } from "./new-replica-set.ts";
import { plan, type Step } from "./plan.ts";
import { REVISION } from "./sizes.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");
const template = (image: string) => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "web", image }] },
});

function aDeployment(spec: Partial<DeploymentSpec> = {}, status?: DeploymentStatus): Deployment {
  return {
    metadata: { name: "web", namespace: "default", uid: "d", generation: 1, annotations: { [REVISION]: "1" } },
    spec: {
      replicas: 10,
      selector: { matchLabels: { app: "web" } },
      template: template("new"),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      progressDeadlineSeconds: 600,
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

/** A set of the given image, sized for `deployment` as it is; `age` in minutes. */
function aSet(
  deployment: Deployment,
  name: string,
  image: string,
  replicas: number,
  o: { available?: number; age?: number; revision?: number } = {},
): ReplicaSet {
  const { available = replicas, age = 5, revision = 1 } = o;
  const set: ReplicaSet = {
    metadata: {
      name,
      namespace: "default",
      uid: name,
      generation: 1,
      creationTimestamp: new Date(NOW - age * 60_000).toISOString(),
      annotations: { [REVISION]: String(revision) },
    },
    spec: { selector: {}, template: template(image) },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
  return sized(deployment, set, replicas);
}

const brief = (steps: readonly Step[]) =>
  steps.map((step) => {
    if (step.do === "update") return `${step.set.metadata.name} ${step.from}→${step.set.spec.replicas}`;
    return `${step.do} ${step.do === "create" ? step.set.spec.replicas : step.set.metadata.name}`;
  });

const rolling = [
  { when: "there is no set", old: 0, now: undefined, want: ["create 10"] },
  { when: "an old set is whole and there is no new one", old: 10, now: undefined, want: ["create 3", "old 10→8"] },
  { when: "the new set may grow, as old pods went", old: 8, now: 3, want: ["new 3→5"] },
  { when: "the surge is used up and new pods are available", old: 8, now: 5, want: ["old 8→3"] },
  { when: "the surge is used up and new pods are not available", old: 8, now: 5, available: 0, want: [] },
  {
    when: "old pods are broken: they go first, whatever is available",
    old: 8,
    oldAvailable: 4,
    now: 5,
    available: 4,
    want: ["old 8→4"],
  },
  { when: "the new set is whole", old: 3, now: 10, want: ["old 3→0"] },
  { when: "the new set is too large", old: 0, now: 12, want: ["new 12→10"] },
  { when: "all is done", old: 0, now: 10, want: [] },
];

describe("plan() of a rolling update of 10 with 25 % and 25 %", () => {
  for (const { when, old, now, available, oldAvailable, want } of rolling) {
    it(`answers [${want.join(", ")}] when ${when}`, () => {
      const deployment = aDeployment();
      const sets: ReplicaSet[] = [];
      if (old > 0)
        sets.push(aSet(deployment, "old", "old", old, oldAvailable === undefined ? {} : { available: oldAvailable }));
      if (now !== undefined) {
        const current = aSet(deployment, "new", "new", now, {
          age: 1,
          ...(available === undefined ? {} : { available }),
        });
        sets.push(marked(deployment, current, old > 0 ? sets.slice(0, 1) : []));
      }
      assert.deepEqual(brief(plan(deployment, sets, false, NOW).steps).toSorted(), want.toSorted());
    });
  }

  it("names the new set after its template and follows the revisions", () => {
    const deployment = aDeployment();
    const { steps, revision } = plan(deployment, [aSet(deployment, "old", "old", 10, { revision: 4 })], false, NOW);
    const created = steps.find((step) => step.do === "create");
    assert.ok(created?.do === "create");
    assert.match(created.set.metadata.name, /^web-[bcdfghjklmnpqrstvwxz2456789]+$/);
    assert.equal(created.set.metadata.annotations?.[REVISION], "5");
    const hash = created.set.metadata.name.slice(4);
    assert.equal(created.set.spec.selector.matchLabels?.["pod-template-hash"], hash);
    assert.equal(created.set.spec.template?.metadata?.labels?.["pod-template-hash"], hash);
    assert.equal(revision, 5);
  });

  it("takes an earlier set up again on a rollback, as the latest revision", () => {
    const deployment = aDeployment({ template: template("old") });
    const old = aSet(deployment, "first", "old", 0, { revision: 1 });
    const current = aSet(deployment, "second", "new", 10, { revision: 2 });
    const { steps } = plan(deployment, [old, current], false, NOW);
    const update = steps.find((step) => step.do === "update" && step.set.metadata.name === "first");
    assert.ok(update?.do === "update");
    assert.equal(update.set.metadata.annotations?.[REVISION], "3");
    assert.equal(update.set.metadata.annotations?.["deployment.kubernetes.io/revision-history"], "1");
    assert.equal(update.set.spec.replicas, 3);
  });
});

describe("plan() of a change of size", () => {
  it("gives a single set the whole size", () => {
    const before = aDeployment({ replicas: 3 });
    const set = aSet(before, "new", "new", 3);
    assert.deepEqual(brief(plan(aDeployment({ replicas: 5 }), [set], false, NOW).steps), ["new 3→5"]);
  });

  it("shares the difference in proportion in the middle of a roll-out", () => {
    // 10 with maxSurge 3 grows to 15, of 13 pods at most to 18: 5 more, by the sizes 8 and 5.
    const strategy = { type: "RollingUpdate" as const, rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
    const before = aDeployment({ strategy });
    const sets = [aSet(before, "old", "old", 8), aSet(before, "new", "new", 5, { available: 0, age: 1 })];
    const after = aDeployment({ strategy, replicas: 15 });
    assert.deepEqual(brief(plan(after, sets, false, NOW).steps).toSorted(), ["new 5→7", "old 8→11"]);
  });

  it("scales but does not roll while paused", () => {
    const before = aDeployment({ replicas: 3 });
    const set = aSet(before, "old", "old", 3);
    const { steps, status } = plan(aDeployment({ replicas: 4, paused: true }), [set], false, NOW);
    assert.deepEqual(brief(steps), ["old 3→4"]);
    assert.equal(status.conditions?.find(({ type }) => type === "Progressing")?.reason, "DeploymentPaused");
  });
});

describe("plan() of a Recreate", () => {
  const strategy = { type: "Recreate" as const };
  const table = [
    { when: "an old set is up", old: 3, run: true, want: ["old 3→0"] },
    { when: "old pods still run", old: 0, run: true, want: [] },
    { when: "all old pods are gone", old: 0, run: false, want: ["create 3"] },
  ];
  for (const { when, old, run, want } of table) {
    it(`answers [${want}] when ${when}`, () => {
      const deployment = aDeployment({ replicas: 3, strategy });
      assert.deepEqual(brief(plan(deployment, [aSet(deployment, "old", "old", old)], run, NOW).steps), want);
    });
  }
});

describe("plan() of the history", () => {
  it("deletes the oldest empty sets beyond the limit, once the roll-out has arrived", () => {
    const counts = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2, observedGeneration: 1 };
    const deployment = aDeployment({ replicas: 2, revisionHistoryLimit: 1 }, counts);
    const old = [1, 2, 3].map((revision) => aSet(deployment, `r${revision}`, `image${revision}`, 0, { revision }));
    const current = aSet(deployment, "current", "new", 2, { revision: 4 });
    assert.deepEqual(brief(plan(deployment, [...old, current], false, NOW).steps), ["delete r1", "delete r2"]);
  });
});

describe("plan() of the status", () => {
  const progress = (status: DeploymentStatus) => {
    const found = status.conditions?.find(({ type }) => type === "Progressing");
    return `${found?.status} ${found?.reason}: ${found?.message}`;
  };

  it("counts, and says that a roll-out has arrived", () => {
    const deployment = aDeployment({ replicas: 2 }, { updatedReplicas: 1, replicas: 2 });
    const { status } = plan(deployment, [aSet(deployment, "new", "new", 2)], false, NOW);
    const { conditions, ...counts } = status;
    assert.deepEqual(counts, {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      unavailableReplicas: 0,
      terminatingReplicas: 0,
    });
    assert.equal(progress(status), 'True NewReplicaSetAvailable: ReplicaSet "new" has successfully progressed.');
    assert.equal(conditions?.find(({ type }) => type === "Available")?.reason, "MinimumReplicasAvailable");
  });

  it("says that a set was made", () => {
    const { status } = plan(aDeployment(), [], false, NOW);
    assert.match(progress(status), /^True NewReplicaSetCreated: Created new replica set "web-/);
    const available = status.conditions?.find(({ type }) => type === "Available");
    assert.equal(available?.message, "Deployment does not have minimum availability.");
  });

  it("gives up once nothing has happened for the deadline", () => {
    const at = new Date(NOW - 601_000).toISOString();
    const conditions = [
      { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", lastUpdateTime: at, lastTransitionTime: at },
    ];
    const counts = { replicas: 10, updatedReplicas: 10, readyReplicas: 0, availableReplicas: 0, observedGeneration: 1 };
    const deployment = aDeployment({}, { ...counts, conditions });
    const { status } = plan(deployment, [aSet(deployment, "new", "new", 10, { available: 0 })], false, NOW);
    assert.equal(progress(status), 'False ProgressDeadlineExceeded: ReplicaSet "new" has timed out progressing.');
  });

  it("repeats why a set cannot make its pods", () => {
    const deployment = aDeployment();
    const set = aSet(deployment, "new", "new", 10, { available: 0 });
    const failed = { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota" };
    const { status } = plan(deployment, [{ ...set, status: { replicas: 0, conditions: [failed] } }], false, NOW);
    assert.equal(status.conditions?.find(({ type }) => type === "ReplicaFailure")?.message, "exceeded quota");
  });
});
