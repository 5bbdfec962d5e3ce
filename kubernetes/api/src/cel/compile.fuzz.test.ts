import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CelError, CostExceeded, compile, createEnv, DYN, INT, listOf, STRING, toJson } from "./index.ts";

const env = createEnv({ variables: { x: DYN, n: INT, s: STRING, l: listOf(INT) } });
const atoms = ["x", "n", "s", "l", "1", "0", "-7", "2u", "1.5", "'a'", "b'a'", "true", "null", "[]", "{}", "x.y"];
const operators = ["+", "-", "*", "/", "%", "==", "<", "&&", "||", "in"];
const functions = ["size", "string", "int", "double", "type", "dyn", "isURL", "quantity"];
const members = ["size()", "lowerAscii()", "trim()", "sum()", "?y", "y"];

/** Expressions that are well formed, though not always well typed. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie("expression");
  const from = (texts: readonly string[]) => fc.constantFrom(...texts);
  return {
    expression: fc.oneof(
      { maxDepth: 5 },
      from(atoms),
      fc.tuple(inner, from(operators), inner).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      fc.tuple(inner, inner, inner).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(inner, from(["map", "filter", "all", "exists"]), inner).map(([a, m, b]) => `${a}.${m}(i, ${b})`),
      fc.tuple(inner, inner).map(([a, b]) => `[${a}, ${b}][${b}]`),
      fc.tuple(from(functions), inner).map(([f, a]) => `${f}(${a})`),
      fc.tuple(inner, from(members)).map(([a, m]) => `${a}.${m}`),
    ),
  };
});

describe("compile() of anything", () => {
  it("answers with a program or with what is wrong, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 60 }), expression), (source) => {
        const { program, errors } = compile(source, env);
        assert.equal(program === undefined, typeof errors === "string");
      }),
      { numRuns: 1500 },
    );
  });

  it("makes programs that end within their budget, with a value or an error of their own", () => {
    const activation = { x: { y: [1, "a", { z: 1.5 }] }, n: 3, s: "text", l: [3, 1, 2] };
    fc.assert(
      fc.property(expression, (source) => {
        const { program } = compile(source, env);
        if (!program) return;
        try {
          toJson(program.evaluate(activation, { remaining: 10_000 }));
        } catch (error) {
          assert.ok(error instanceof CelError || error instanceof CostExceeded, `${source}: ${String(error)}`);
        }
      }),
      { numRuns: 1500 },
    );
  });
});
