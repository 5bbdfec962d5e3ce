/** Whatever is sent, reading it ends with an object or with the error a client can understand, and soon. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { StatusError } from "../errors.ts";
import { requireResource } from "../resources.ts";
import { anyJson, objectOf } from "../testing/arbitrary-values.ts";
import { decodeBody } from "./decode-body.ts";
import { decodeObject } from "./decode-object.ts";
import { parseJson } from "./json.ts";

const pods = requireResource("", "v1", "pods");
const TYPES = ["core/v1.Pod", "core/v1.Service", "apps/v1.Deployment", "batch/v1.CronJob", "networking/v1.Ingress"];

/** The error of what is refused; whatever else is thrown is a defect. */
function refusal(read: () => unknown): StatusError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}

describe("decoding", () => {
  it("takes any JSON for an object or refuses it", () => {
    fc.assert(
      fc.property(anyJson(), fc.constantFrom(...TYPES), (value, type) => {
        const error = refusal(() => decodeObject(value, type, "Strict"));
        if (error) assert.equal(error.code, 400);
      }),
      { numRuns: 500 },
    );
  });

  for (const type of TYPES) {
    it(`changes nothing more the second time, of ${type}`, () => {
      fc.assert(
        fc.property(objectOf(type), (value) => {
          const before = structuredClone(value);
          const first = decodeObject(value, type, "Strict").object;
          assert.deepEqual(decodeObject(first, type, "Strict"), { object: first, warnings: [] });
          assert.deepEqual(value, before);
        }),
        { numRuns: 60 },
      );
    });
  }

  it("takes any text for a body or refuses it, as JSON and as YAML", () => {
    const fragments = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      "\\",
      "a: ",
      "- ",
      "&a ",
      "*a",
      "\n",
      "  ",
      "!!",
      "|",
      "null",
      "1e9",
      "\u0000",
      "\ud800",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, fc.constantFrom("json" as const, "yaml" as const), (body, format) => {
        const error = refusal(() => decodeBody(body, format, pods, "Strict"));
        if (error) assert.equal(error.code, 400);
      }),
      { numRuns: 1000 },
    );
  });

  it("notices a key that is repeated, and only then", () => {
    const keys = fc.array(fc.constantFrom("a", "b", "c", "d", "__proto__", 'q"', "\u2028"), { maxLength: 6 });
    fc.assert(
      fc.property(keys, (names) => {
        const text = `{${names.map((name) => `${JSON.stringify(name)}:{"x":[1]}`).join(",")}}`;
        const repeated = new Set(names.filter((name, at) => names.indexOf(name) !== at));
        assert.equal(parseJson(text, { duplicates: true }).duplicates.length, repeated.size);
      }),
    );
  });
});
