import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isConflict } from "../errors.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../generated/types/meta/v1.ts";
import { tableKind } from "../testing/tracked-kind.ts";
import { applyConfiguration } from "./server-side-apply.ts";
import { type TrackOptions, trackUpdate } from "./track-update.ts";

const kind = tableKind("apps/v1.Deployment", "apps/v1");

type Tracked = { metadata: ObjectMeta };

const write = (live: Tracked | undefined, next: object, manager: string, more: Partial<TrackOptions> = {}): Tracked => {
  const sent = next as Tracked;
  const managedFields = trackUpdate(live, sent, {
    ...kind,
    manager,
    subresource: "",
    time: "2026-01-01T00:00:00Z",
    ...more,
  });
  return { ...sent, metadata: { ...sent.metadata, managedFields } };
};
const deployment = (spec: object, metadata: object = {}) => ({ metadata: { name: "d", uid: "u", ...metadata }, spec });
const containers = (...list: object[]) => deployment({ template: { spec: { containers: list } } });
const held = ({ metadata }: Tracked) =>
  (metadata.managedFields ?? []).map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]);

describe("trackUpdate()", () => {
  it("gives the creator every field, without what identifies the object or is reset", () => {
    const next = { ...deployment({ replicas: 1 }, { labels: { a: "b" } }), status: { replicas: 3 } };
    const created = write(undefined, next, "a", { ignored: { "f:status": {} } });
    const fields = { "f:metadata": { "f:labels": { ".": {}, "f:a": {} } }, "f:spec": { "f:replicas": {} } };
    assert.deepEqual(held(created), [["a", "Update", fields]]);
  });

  it("moves what is changed to whoever changes it, and leaves the rest", () => {
    const one = write(undefined, deployment({ replicas: 1, paused: true }), "a");
    const two = write(one, deployment({ replicas: 2, paused: true }), "b");
    assert.deepEqual(held(two), [
      ["a", "Update", { "f:spec": { "f:paused": {} } }],
      ["b", "Update", { "f:spec": { "f:replicas": {} } }],
    ]);
  });

  it("takes what is removed from all, and drops who holds nothing more", () => {
    const one = write(undefined, deployment({ replicas: 1 }), "a");
    const two = write(one, deployment({ replicas: 1, paused: true }), "b");
    assert.deepEqual(held(write(two, deployment({ paused: true }), "c")), [
      ["b", "Update", { "f:spec": { "f:paused": {} } }],
    ]);
  });

  it("tells the items of a list by their keys", () => {
    const one = write(undefined, containers({ name: "x", image: "1" }), "a");
    const two = write(one, containers({ name: "x", image: "1" }, { name: "y", image: "2" }), "b");
    const item = { ".": {}, "f:name": {}, "f:image": {} };
    assert.deepEqual(held(two)[1], [
      "b",
      "Update",
      { "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"y"}': item } } } } },
    ]);
  });

  it("changes nothing, not even a time, when nothing is changed", () => {
    const one = write(undefined, deployment({ replicas: 1 }), "a");
    const again = write(one, deployment({ replicas: 1 }), "b", { time: "2027-01-01T00:00:00Z" });
    assert.deepEqual(again.metadata.managedFields, one.metadata.managedFields);
  });

  it("takes the records a client sends, and clears them for a single empty one", () => {
    const one = write(undefined, deployment({ replicas: 1 }), "a");
    const entry = {
      manager: "z",
      operation: "Apply",
      apiVersion: "apps/v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:spec": {} },
    };
    const sent = (managedFields: object[]) => deployment({ replicas: 1 }, { managedFields });
    assert.deepEqual(held(write(one, sent([entry]), "b")), [["z", "Apply", { "f:spec": {} }]]);
    assert.deepEqual(held(write(one, sent([{}]), "b")), []);
  });

  it("keeps ten records of ordinary writes and puts the older ones together", () => {
    let live: Tracked | undefined;
    for (let i = 0; i < 13; i++) {
      const labels = Object.fromEntries(Array.from({ length: i + 1 }, (_, n) => [`l${n}`, "x"]));
      live = write(live, deployment({}, { labels }), `m${i}`, { time: `2026-01-01T00:00:${i + 10}Z` });
    }
    const entries: readonly ManagedFieldsEntry[] = live?.metadata.managedFields ?? [];
    assert.equal(entries.length, 10);
    assert.equal(entries[0]?.manager, "ancient-changes");
    assert.deepEqual(entries[0]?.fieldsV1, {
      "f:metadata": { "f:labels": { ".": {}, "f:l0": {}, "f:l1": {}, "f:l2": {}, "f:l3": {} } },
    });
  });

  it("puts the older ones of each version together", () => {
    const version = (name: string) => ({
      ...kind,
      apiVersion: name,
      versionView: () => ({ type: kind.type, convert: (o: object) => o }),
    });
    let live: Tracked | undefined;
    for (let i = 0; i < 14; i++) {
      const labels = Object.fromEntries(Array.from({ length: i + 1 }, (_, n) => [`l${n}`, "x"]));
      const time = `2026-01-01T00:00:${i + 10}Z`;
      live = write(live, deployment({}, { labels }), `m${i}`, {
        ...version(i % 2 === 0 ? "apps/v1" : "apps/v2"),
        time,
      });
    }
    const entries: readonly ManagedFieldsEntry[] = live?.metadata.managedFields ?? [];
    assert.equal(entries.length, 10);
    const ancient = entries.filter(({ manager }) => manager === "ancient-changes").map(({ apiVersion }) => apiVersion);
    assert.deepEqual(ancient.toSorted(), ["apps/v1", "apps/v2"]);
  });

  it("takes no records from who writes through a subresource", () => {
    const one = write(undefined, deployment({ replicas: 1 }), "a");
    const entry = { manager: "z", operation: "Apply", apiVersion: "apps/v1", fieldsType: "FieldsV1", fieldsV1: {} };
    const next = deployment({ replicas: 1 }, { managedFields: [entry] });
    assert.deepEqual(held(write(one, next, "b", { subresource: "status" })), held(one));
  });

  it("drops the records of versions that are gone", () => {
    const one = write(undefined, deployment({ replicas: 1 }), "a", { apiVersion: "apps/v0" });
    assert.deepEqual(held(write(one, deployment({ replicas: 1, paused: true }), "b")), [
      ["b", "Update", { "f:spec": { "f:paused": {} } }],
    ]);
  });

  it("makes a later apply of another value a conflict", () => {
    const live = write(undefined, deployment({ replicas: 1 }), "kubectl-create");
    const options = { ...kind, subresource: "", time: "", force: false };
    assert.throws(
      () => applyConfiguration(live, deployment({ replicas: 2 }) as Tracked, { ...options, manager: "b" }),
      (error) =>
        isConflict(error) &&
        error.message === 'Apply failed with 1 conflict: conflict with "kubectl-create" using apps/v1: .spec.replicas',
    );
  });
});
