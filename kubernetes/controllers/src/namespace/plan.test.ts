import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { conditionsOf, lookAgainInMs, type Remainder } from "./plan.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const left = (
  resource: string,
  count: number,
  o: { finalizers?: [string, number][]; graceSeconds?: number } = {},
): Remainder => {
  return { resource, count, finalizers: new Map(o.finalizers), graceSeconds: o.graceSeconds ?? 0 };
};

const messages = (conditions: ReturnType<typeof conditionsOf>) =>
  conditions
    .filter(({ status }) => status === "True")
    .map(({ type, reason, message }) => `${type}/${reason}: ${message}`);

describe("conditionsOf() a Namespace on its way out", () => {
  it("names what remains, and what it waits for", () => {
    const remaining = [left("pods", 2, { finalizers: [["example.org/keep", 1]] }), left("secrets", 0)];
    assert.deepEqual(messages(conditionsOf([], remaining, [], NOW)), [
      "NamespaceContentRemaining/SomeResourcesRemain: Some resources are remaining: pods has 2 resource instances",
      "NamespaceFinalizersRemaining/SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.org/keep in 1 resource instances",
    ]);
  });

  it("names what cannot be deleted", () => {
    const trouble = { resource: "pods", message: "pods: denied" };
    assert.deepEqual(messages(conditionsOf([], [], [trouble], NOW)), [
      "NamespaceDeletionContentFailure/ContentDeletionFailed: Failed to delete all resource types, 1 remaining: pods: denied",
    ]);
  });

  it("names the groups whose resources are unknown", () => {
    const trouble = { resource: "tea.test/v1", message: "tea.test/v1: the server is unavailable" };
    assert.deepEqual(messages(conditionsOf([], [], [], NOW, [trouble])), [
      "NamespaceDeletionDiscoveryFailure/DiscoveryFailed: Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: tea.test/v1: the server is unavailable",
    ]);
  });

  it("keeps what it said before where nothing changed", () => {
    const first = conditionsOf([], [left("pods", 1)], [], NOW);
    assert.deepEqual(conditionsOf(first, [left("pods", 1)], [], NOW + 60_000), first);
  });
});

describe("lookAgainInMs()", () => {
  const table = [
    { when: "nothing is left", remaining: [left("pods", 0)], want: undefined },
    { when: "something is left", remaining: [left("secrets", 1)], want: 1000 },
    { when: "pods may take half a minute", remaining: [left("pods", 1, { graceSeconds: 30 })], want: 15_000 },
  ];
  for (const { when, remaining, want } of table) {
    it(`answers ${want} when ${when}`, () => assert.equal(lookAgainInMs(remaining, []), want));
  }
});
