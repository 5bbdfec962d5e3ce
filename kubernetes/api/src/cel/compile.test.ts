import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compile, createEnv, DYN, INT, listOf, mapOf, objectType, STRING, toJson } from "./index.ts";

const env = createEnv({
  variables: {
    x: DYN,
    n: INT,
    s: STRING,
    l: listOf(INT),
    m: mapOf(STRING, STRING),
    o: objectType("Object", { a: STRING, b: INT }),
  },
});
const activation = {
  x: { a: { b: [1, 2, 3], c: "hey" }, f: 1.5 },
  n: 5,
  s: "hello",
  l: [3, 1, 2],
  m: { k: "v" },
  o: { a: "A" },
};

function run(source: string, remaining = 1_000_000): { value: unknown; cost: number } {
  const { program, errors } = compile(source, env);
  if (!program) throw new Error(errors);
  const budget = { remaining };
  const value = toJson(program.evaluate(activation, budget));
  return { value, cost: remaining - budget.remaining };
}

describe("program.evaluate()", () => {
  const table: readonly (readonly [source: string, want: unknown])[] = [
    ["1 + 2 * 3", 7],
    ["x.a.b.all(i, i > 0)", true],
    ["x.?q.orValue('none')", "none"],
    ["has(o.a) && !has(o.b)", true],
    ["l.map(i, i * 2)", [6, 2, 4]],
    ["l.filter(i, i > 1).size()", 2],
    ["m.transformMap(k, v, v + '!')", { k: "v!" }],
    ["l.all(i, v, i < 3 && v > 0)", true],
    ["cel.bind(q, n + 1, q * q)", 36],
    ["[1,2,3].sum() + n", 11],
    ["dyn(1) == 1.0 && n > 1.5", true],
    ["1/0 == 1 || true", true],
    ["optional.of(1).optMap(v, v + 1).value()", 2],
    ["quantity('1Gi').isGreaterThan(quantity('500M'))", true],
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3') && ip('::1').family() == 6", true],
    ["semver('1.2.3-rc.1').isLessThan(semver('1.2.3'))", true],
    ["url('https://a.b:80/x?y=z').getPort() + url('https://a.b/?y=z').getQuery()['y'][0]", "80z"],
    ["'%s %d %.2f'.format([s, n, 1.5])", "hello 5 1.50"],
    ["string(timestamp('2024-01-01T00:00:00Z') + duration('1h30m'))", "2024-01-01T01:30:00Z"],
    ["format.dns1123Label().validate('A_').hasValue()", true],
    ["sets.equivalent([1, 2], [2, 1, 1])", true],
    ["s.matches('^h.*o$') && s.find('l+') == 'll'", true],
    ["'a,b,c'.split(',').join('-').replace('-', '+', 1).upperAscii()", "A+B-C"],
    [`optional.of(1)${".optMap(v, v + 1)".repeat(60)}.value()`, 61],
    ["optional.of(1).optMap(v, optional.of(v + 1).optMap(w, v + w).value()).value()", 3],
    ["{?'a': x.?q, ?'b': x.?f}", { b: 1.5 }],
    ["[1, 2, 3].all(e, 6 / (2 - e) == 6)", false],
    ["[0, 1].exists(e, 1 / e == 1)", true],
    ["[7, 8][dyn(1.0)] == 8 && type(null) == null_type", true],
    ["'%.0f'.format([2.5])", "2"],
  ];
  for (const [source, want] of table) it(source, () => assert.deepEqual(run(source).value, want));

  const failures: readonly (readonly [source: string, message: string])[] = [
    ["x.missing", "no such key: missing"],
    ["l[7]", "index out of bounds: 7"],
    ["1 / (n - 5)", "division by zero"],
    ["9223372036854775807 + n", "integer overflow"],
    ["optional.none().value()", "optional.none() dereference"],
    ["quantity('a')", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ];
  for (const [source, message] of failures) {
    it(`fails on ${source}`, () => assert.throws(() => run(source), { message }));
  }

  it("stops when the budget is used up, before the work is done", () => {
    const endless = "l.all(a, l.all(b, l.all(c, l.all(d, l.all(e, s.matches('(a+)+$') || true)))))";
    assert.throws(() => run(endless, 100), { message: "operation cancelled: actual cost limit exceeded" });
  });

  it("costs what the original counts", () => {
    assert.equal(run("o.a == 'A'").cost, 3);
    assert.equal(run("[1, 2, 3].exists(i, i == 2)").cost, 10 + 3 * 3 + 2 * 3 + 1);
  });

  it("looks only at the variables it uses, and only when they are used", () => {
    const { program } = compile("n == 5 || s == ''", env);
    const asked: string[] = [];
    const find = (name: string) => {
      asked.push(name);
      return activation[name as keyof typeof activation];
    };
    program?.evaluate(find, { remaining: 100 });
    assert.deepEqual(asked, ["n"]);
  });
});

describe("compile()", () => {
  const mistakes: readonly (readonly [source: string, errors: string])[] = [
    ["y + 1", "ERROR: <input>:1:1: undeclared reference to 'y' (in container '')\n | y + 1\n | ^"],
    [
      "1 + 'a'",
      "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | ..^",
    ],
    ["o.c", "ERROR: <input>:1:2: undefined field 'c'\n | o.c\n | .^"],
    ["a b", "ERROR: <input>:1:3: Syntax error: mismatched input 'b' expecting <EOF>\n | a b\n | ..^"],
    ["has(x)", "ERROR: <input>:1:4: invalid argument to has() macro\n | has(x)\n | ...^"],
    [
      "s.size(1)",
      "ERROR: <input>:1:7: found no matching overload for 'size' applied to 'string.(int)'\n | s.size(1)\n | ......^",
    ],
    ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
    [
      "n.all(i, i)",
      "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | n.all(i, i)\n | ^",
    ],
  ];
  for (const [source, errors] of mistakes) {
    it(`tells what is wrong with ${source}`, () => assert.equal(compile(source, env).errors, errors));
  }

  it("refuses what is nested too deeply", () => {
    const nested = `${"(".repeat(200)}n${`${" + n".repeat(100)})`.repeat(200)}`;
    const deep = [
      nested,
      "(".repeat(10_000),
      `n${" + n".repeat(20_000)}`,
      `x${".y".repeat(20_000)}`,
      `x${"[0]".repeat(20_000)}`,
    ];
    for (const source of deep) assert.match(compile(source, env).errors ?? "", /recursion limit exceeded/);
    assert.equal(run(`n${" + n".repeat(300)}`).value, 5 * 301);
    assert.equal(run(`true${" && true".repeat(10_000)}`).value, true);
  });
});
