import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FieldError } from "./rules/field-error.ts";
import { validateCreate, validateUpdate } from "./validation.ts";

const LEASE = "coordination/v1.Lease";

function aLease(metadata: object = {}): object {
  return { metadata: { name: "a", namespace: "default", resourceVersion: "1", ...metadata }, spec: {} };
}

function fields(errors: readonly FieldError[]): string[] {
  return errors.map(({ type, field }) => `${type} ${field}`);
}

describe("validateCreate()", () => {
  const table: { when: string; metadata: object; want: string[] }[] = [
    { when: "all is well", metadata: {}, want: [] },
    { when: "the name is missing", metadata: { name: "" }, want: ["FieldValueRequired metadata.name"] },
    { when: "the name is malformed", metadata: { name: "A_b" }, want: ["FieldValueInvalid metadata.name"] },
    { when: "a label is malformed", metadata: { labels: { a: "b c" } }, want: ["FieldValueInvalid metadata.labels"] },
    {
      when: "the annotations are huge",
      metadata: { annotations: { a: "x".repeat(300_000) } },
      want: ["FieldValueTooLong metadata.annotations"],
    },
  ];
  for (const { when, metadata, want } of table) {
    it(`finds ${want.join(", ") || "nothing"} when ${when}`, () => {
      assert.deepEqual(fields(validateCreate(LEASE, aLease(metadata))), want);
    });
  }

  it("asks no name of a request that is not stored", () => {
    assert.deepEqual(validateCreate("authentication/v1.TokenReview", { metadata: {}, spec: { token: "x" } }), []);
  });

  it("checks the fields of the kind after its metadata", () => {
    const metadata = { name: "10.0.0.1" };
    const spec = { parentRef: { resource: "", name: "a" } };
    assert.deepEqual(fields(validateCreate("networking/v1.IPAddress", { metadata, spec })), [
      "FieldValueRequired spec.parentRef.resource",
    ]);
  });
});

describe("validateUpdate()", () => {
  const old = aLease({ uid: "u", creationTimestamp: "2024-01-01T00:00:00Z" });
  for (const [field, value] of Object.entries({ name: "b", uid: "v", creationTimestamp: "2025-01-01T00:00:00Z" })) {
    it(`keeps metadata.${field} as it was, saying so twice as upstream does`, () => {
      const changed = aLease({ uid: "u", creationTimestamp: "2024-01-01T00:00:00Z", [field]: value });
      const what = `FieldValueInvalid metadata.${field}`;
      assert.deepEqual(fields(validateUpdate(LEASE, changed, old)), [what, what]);
    });
  }
});
