import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isConflict } from "../errors.ts";
import { tableKind } from "../testing/tracked-kind.ts";
import { applyConfiguration } from "./server-side-apply.ts";
import type { ManagedObject } from "./write-tracking.ts";

type Applied = {
  metadata: { name: string; managedFields: { manager: string; fieldsV1: object }[] };
  spec: Record<string, unknown>;
};

const kind = tableKind("apps/v1.Deployment", "apps/v1");
const container = (name: string, more: object = {}) => ({ name, image: "busybox", ...more });
const config = (spec: object, metadata: object = {}) => ({ metadata: { name: "d", ...metadata }, spec });
const withContainers = (...containers: object[]) => config({ template: { spec: { containers } } });

function apply(live: object | undefined, wanted: object, manager: string, force = false): Applied {
  return applyConfiguration(live as ManagedObject | undefined, wanted as ManagedObject, {
    ...kind,
    manager,
    force,
    subresource: "",
    time: "2026-01-01T00:00:00Z",
  }) as unknown as Applied;
}

describe("applyConfiguration()", () => {
  it("records what a manager sets, without what identifies the object", () => {
    const { metadata } = apply(undefined, config({ replicas: 1 }, { labels: { a: "b" } }), "a");
    const fieldsV1 = { "f:metadata": { "f:labels": { "f:a": {} } }, "f:spec": { "f:replicas": {} } };
    assert.deepEqual(
      metadata.managedFields.map((entry) => [entry.manager, entry.fieldsV1]),
      [["a", fieldsV1]],
    );
  });

  it("merges lists by their keys, and removes the items a manager no longer names", () => {
    const first = apply(undefined, withContainers(container("one"), container("two")), "a");
    const second = apply(first, withContainers(container("three", { tty: true })), "b");
    const third = apply(second, withContainers(container("one", { tty: true })), "a");
    const { spec } = (third.spec as { template: { spec: object } }).template;
    assert.deepEqual(spec, { containers: [container("one", { tty: true }), container("three", { tty: true })] });
  });

  it("refuses to change what another manager holds, naming it, unless forced", () => {
    const live = apply(undefined, config({ replicas: 1 }), "a");
    assert.throws(
      () => apply(live, config({ replicas: 2 }), "b"),
      (error) =>
        isConflict(error) && error.message === 'Apply failed with 1 conflict: conflict with "a": .spec.replicas',
    );
    const forced = apply(live, config({ replicas: 2 }), "b", true);
    assert.equal(forced.spec.replicas, 2);
    assert.deepEqual(
      forced.metadata.managedFields.map((entry) => entry.manager),
      ["b"],
    );
  });

  it("lets managers hold a field together while they agree, and keeps it until the last lets go", () => {
    const both = apply(apply(undefined, config({ replicas: 1, paused: true }), "a"), config({ replicas: 1 }), "b");
    const one = apply(both, config({ paused: true }), "a");
    assert.equal(one.spec.replicas, 1);
    const none = apply(one, config({}), "b");
    assert.equal(none.spec.replicas, undefined);
    assert.equal(none.spec.paused, true);
  });

  it("lets kubectl take over what its client-side apply set and nobody changed since", () => {
    const annotations = (spec: object) => ({
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ spec }) },
    });
    const live = (spec: object, metadata: object) => {
      const fieldsV1 = { "f:spec": { "f:replicas": {}, "f:paused": {} } };
      const entry = { manager: "kubectl-client-side-apply", operation: "Update", apiVersion: "apps/v1", fieldsV1 };
      return config(spec, { ...metadata, managedFields: [entry] });
    };
    const asApplied = live({ replicas: 1 }, annotations({ replicas: 1 }));
    assert.equal(apply(asApplied, config({ replicas: 2 }), "kubectl").spec.replicas, 2);
    assert.throws(() => apply(asApplied, config({ replicas: 2 }), "other"), isConflict);
    const changed = live({ replicas: 3 }, annotations({ replicas: 1 }));
    assert.throws(() => apply(changed, config({ replicas: 2 }), "kubectl"), isConflict);
    const hostile = live({ replicas: 1 }, annotations([{ template: { spec: { containers: {} } } }]));
    assert.throws(() => apply(hostile, config({ replicas: 2 }), "kubectl"), isConflict);
  });
});
