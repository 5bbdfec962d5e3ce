/** Selectors and quantities, whatever their text. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { StatusError } from "./errors.ts";
import { parseFieldSelector } from "./fields.ts";
import { matches, parseSelector, selectorText } from "./labels.ts";
import { parseQuantity } from "./quantity.ts";

const key = fc.constantFrom("a", "app", "example.org/tier", "constructor");
const value = fc.constantFrom("", "x", "y-1", "5");
const requirement = fc.oneof(
  fc.tuple(key, fc.constantFrom("=", "==", "!="), value).map(([k, operator, v]) => k + operator + v),
  fc
    .tuple(
      key,
      fc.constantFrom("in", "notin"),
      fc.array(fc.constantFrom("x", "y-1", "5"), { minLength: 1, maxLength: 3 }),
    )
    .map(([k, operator, values]) => `${k} ${operator} (${values.join(",")})`),
  key,
  key.map((k) => `!${k}`),
  fc
    .tuple(key, fc.constantFrom(">", "<"), fc.integer({ min: 0, max: 9 }))
    .map(([k, operator, n]) => `${k} ${operator} ${n}`),
);
const selector = fc.array(requirement, { maxLength: 4 }).map((parts) => parts.join(","));
const labels = fc.dictionary(key, value);

/** The error of what is refused; whatever else is thrown is a defect. */
function isRefused(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof StatusError) return true;
    throw error;
  }
}

describe("label selectors", () => {
  it("select the same when they are written and read again", () => {
    fc.assert(
      fc.property(selector, labels, (text, of) => {
        const parsed = parseSelector(text);
        const again = parseSelector(selectorText(parsed));
        assert.equal(matches(again, of), matches(parsed, of));
        assert.equal(selectorText(again), selectorText(parsed));
      }),
      { numRuns: 500 },
    );
  });

  it("of any text are read or refused", () => {
    const pieces = fc.constantFrom(
      "a",
      "in",
      "notin",
      "(",
      ")",
      ",",
      "=",
      "!",
      "!=",
      "==",
      "<",
      ">",
      " ",
      "\t",
      "1",
      "\u0000",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, labels, (anything, of) => {
        isRefused(() => matches(parseSelector(anything), of));
        isRefused(() => parseFieldSelector(anything));
      }),
      { numRuns: 1000 },
    );
  });

  it("select what both of two selectors select, when they are joined", () => {
    fc.assert(
      fc.property(requirement, requirement, labels, (one, other, of) => {
        const both = matches(parseSelector(`${one},${other}`), of);
        assert.equal(both, matches(parseSelector(one), of) && matches(parseSelector(other), of));
      }),
      { numRuns: 500 },
    );
  });
});

describe("quantities", () => {
  const text = fc
    .tuple(
      fc.constantFrom("", "-", "+"),
      fc.oneof(
        fc.nat().map(String),
        fc.tuple(fc.nat(999), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
      ),
      fc.constantFrom("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e3", "E2"),
    )
    .map((parts) => parts.join(""));

  it("have one spelling, which means the same", () => {
    fc.assert(
      fc.property(text, (given) => {
        const once = parseQuantity(given);
        const spelling = once.toString();
        const again = parseQuantity(spelling);
        assert.equal(again.nano, once.nano);
        // A number of bytes that is no whole number of Ki has no suffix to tell its format by: as upstream, 62.5Ki is 64000, and 64000 is 64k.
        if (once.format !== "BinarySI" || spelling.endsWith("i")) assert.equal(again.toString(), spelling);
      }),
      { numRuns: 1000 },
    );
  });

  it("of any text are read or refused with a reason", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eEinumkKMGTP]{0,140}$/)), (anything) => {
        try {
          parseQuantity(anything);
        } catch (error) {
          assert.ok(error instanceof Error);
          assert.match(error.message, /quantit|unable to parse/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
