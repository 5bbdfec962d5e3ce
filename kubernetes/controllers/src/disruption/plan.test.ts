import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PodDisruptionBudget } from "@skiff/api/policy/v1";
import { aPod } from "@skiff/api/testing";
import { plan } from "./plan.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const ready = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } as const;
const three = ["a", "b", "c"].map((name) => aPod({ name }, {}, ready));
const scale = (count: number) => () => ({ count });

const budget = (spec: object, status?: object): PodDisruptionBudget =>
  ({
    metadata: { name: "b", namespace: "default", generation: 2 },
    spec,
    ...(status && { status }),
  }) as PodDisruptionBudget;

describe("plan()", () => {
  const cases = [
    { when: "two of three have to stay", spec: { minAvailable: 2 }, pods: three, allowed: 1, desired: 2 },
    { when: "all have to stay", spec: { minAvailable: "100%" }, pods: three, allowed: 0, desired: 3 },
    { when: "half have to stay, rounded up", spec: { minAvailable: "50%" }, pods: three, allowed: 1, desired: 2 },
    { when: "one may be missing", spec: { maxUnavailable: 1 }, pods: three, allowed: 1, desired: 2 },
    { when: "one may be missing and is", spec: { maxUnavailable: 1 }, pods: three.slice(1), allowed: 0, desired: 2 },
    {
      when: "a share may be missing, rounded up",
      spec: { maxUnavailable: "10%" },
      pods: three,
      allowed: 1,
      desired: 2,
    },
    { when: "nothing is covered", spec: { minAvailable: 1 }, pods: [], allowed: 0, desired: 1 },
  ];
  for (const { when, spec, pods, allowed, desired } of cases) {
    it(`allows ${allowed} when ${when}`, () => {
      const status = plan(budget(spec), pods, scale(3), now);
      assert.deepEqual([status?.disruptionsAllowed, status?.desiredHealthy], [allowed, desired]);
      assert.equal(status?.observedGeneration, 2);
      const [condition] = status?.conditions ?? [];
      assert.equal(condition?.reason, allowed > 0 ? "SufficientPods" : "InsufficientPods");
    });
  }

  it("does not count Pods that are not ready, are going, or are about to be evicted", () => {
    const going = aPod({ name: "going", deletionTimestamp: "2026-01-01T00:00:00Z" }, {}, ready);
    const pods = [...three, aPod({ name: "slow" }), going];
    const disruptedPods = { a: "2025-12-31T23:59:00Z" };
    const before = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptedPods };
    const status = plan(budget({ minAvailable: 1 }, before), pods, scale(3), now);
    assert.deepEqual([status?.currentHealthy, status?.disruptionsAllowed], [2, 1]);
    assert.deepEqual(status?.disruptedPods, disruptedPods);
  });

  it("counts a Pod again whose eviction came to nothing", () => {
    const disruptedPods = { a: "2025-12-31T23:57:00Z", gone: "2026-01-01T00:00:00Z" };
    const before = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptedPods };
    const status = plan(budget({ minAvailable: 1 }, before), three, scale(3), now);
    assert.deepEqual([status?.currentHealthy, status?.disruptedPods], [3, undefined]);
  });

  it("allows nothing when nobody knows how many there should be", () => {
    const status = plan(budget({ maxUnavailable: 1 }), three, () => ({ unknown: "no scale" }), now);
    assert.equal(status?.disruptionsAllowed, 0);
    assert.deepEqual(
      status?.conditions?.map(({ reason, message }) => [reason, message]),
      [["SyncFailed", "no scale"]],
    );
  });

  it("has nothing to write when the status is right", () => {
    const first = plan(budget({ minAvailable: 2 }), three, scale(3), now);
    assert.equal(plan(budget({ minAvailable: 2 }, first), three, scale(3), now + 1000), undefined);
  });
});
