import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OwnerReference } from "@skiff/api/meta/v1";
import { type Item, type OwnerState, plan } from "./plan.ts";

const ownedBy = (...uids: string[]): OwnerReference[] =>
  uids.map((uid) => ({ apiVersion: "v1", kind: "ConfigMap", name: uid, uid, blockOwnerDeletion: true }));
const anItem = (o: { owners?: string[]; finalizers?: string[]; deleted?: boolean; uid?: string } = {}): Item => ({
  metadata: {
    name: "item",
    uid: o.uid ?? "item",
    ...(o.owners ? { ownerReferences: ownedBy(...o.owners) } : {}),
    ...(o.finalizers ? { finalizers: o.finalizers } : {}),
    ...(o.deleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
  },
});
const dependent = anItem({ uid: "dependent", owners: ["item"] });
const waiting = { owners: ["item"], finalizers: ["foregroundDeletion"], deleted: true };

const table: { when: string; item: Item; states?: Record<string, OwnerState>; dependents?: Item[]; want: object[] }[] =
  [
    { when: "it has no owner", item: anItem(), want: [] },
    { when: "its owner is there", item: anItem({ owners: ["a"] }), states: { a: "solid" }, want: [] },
    {
      when: "its only owner is gone",
      item: anItem({ owners: ["a"] }),
      states: { a: "absent" },
      want: [{ do: "delete", policy: "Background" }],
    },
    {
      when: "one of its owners is gone",
      item: anItem({ owners: ["a", "b"] }),
      states: { a: "absent", b: "solid" },
      want: [{ do: "setOwners", owners: ownedBy("b") }],
    },
    {
      when: "its owner is of a kind nobody knows",
      item: anItem({ owners: ["a"] }),
      states: { a: "unknown" },
      want: [],
    },
    {
      when: "its owner waits for it",
      item: anItem({ owners: ["a"] }),
      states: { a: "waiting" },
      want: [{ do: "delete", policy: "Background" }],
    },
    {
      when: "its owner waits for it, and it owns something itself",
      item: anItem({ owners: ["a"] }),
      states: { a: "waiting" },
      dependents: [dependent],
      want: [{ do: "delete", policy: "Foreground" }],
    },
    {
      when: "it and what it owns wait for each other",
      item: anItem({ owners: ["a"] }),
      states: { a: "waiting" },
      dependents: [anItem(waiting)],
      want: [
        { do: "setOwners", owners: [{ ...ownedBy("a")[0], blockOwnerDeletion: false }] },
        { do: "delete", policy: "Foreground" },
      ],
    },
    { when: "it waits for what it owns", item: anItem({ ...waiting, owners: [] }), dependents: [dependent], want: [] },
    {
      when: "it waited, and nothing is left",
      item: anItem({ ...waiting, owners: [] }),
      want: [{ do: "removeFinalizer", finalizer: "foregroundDeletion" }],
    },
    {
      when: "what it owns is to be orphaned",
      item: anItem({ finalizers: ["orphan"], deleted: true }),
      dependents: [dependent],
      want: [{ do: "orphanDependents" }, { do: "removeFinalizer", finalizer: "orphan" }],
    },
    {
      when: "it is being deleted already",
      item: anItem({ owners: ["a"], deleted: true }),
      states: { a: "absent" },
      want: [],
    },
  ];

describe("plan() of the garbage collector", () => {
  for (const { when, item, states = {}, dependents = [], want } of table) {
    it(`answers [${want.map((step) => ("do" in step ? step.do : "")).join(", ")}] when ${when}`, () => {
      assert.deepEqual(
        plan(item, ({ uid }) => states[uid] ?? "unknown", dependents),
        want,
      );
    });
  }
});
