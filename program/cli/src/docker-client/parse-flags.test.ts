import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type FlagTable, parseFlags, UsageError } from "./parse-flags.ts";

const table: FlagTable = {
  usage: "x",
  flags: { interactive: "switch", tty: "switch", env: "list", name: "value" },
  short: { i: "interactive", t: "tty", e: "env" },
};

describe("parseFlags()", () => {
  it("reads bundled switches, attached values and repeated flags", () => {
    const flags = parseFlags(["-it", "-eA=1", "-e", "B=2", "--name=n", "image", "ls", "-l"], table);
    assert.deepEqual([flags.has("interactive"), flags.has("tty")], [true, true]);
    assert.deepEqual(flags.list("env"), ["A=1", "B=2"]);
    assert.equal(flags.value("name"), "n");
    assert.deepEqual(flags.operands, ["image", "ls", "-l"]);
  });

  it("reads flags after operands only where they may stand there", () => {
    assert.deepEqual(parseFlags(["a", "-t"], { ...table, interspersed: true }).operands, ["a"]);
    assert.deepEqual(parseFlags(["a", "-t"], table).operands, ["a", "-t"]);
  });

  for (const args of [["--nope"], ["-x"], ["--name"]]) {
    it(`refuses ${args.join(" ")}`, () => assert.throws(() => parseFlags(args, table), UsageError));
  }
});
