import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFlags } from "../../docker-client/parse-flags.ts";
import { int, list, on, refuse, refuseTogether, silent, value, verbHelp, verbTable } from "./flag-table.ts";

const TABLE = verbTable(
  "paint [OPTIONS] WALL",
  {
    colour: value("NAME", "which colour", "c"),
    coats: int("how many times"),
    fast: on("do not wait for it to dry", "f"),
    note: list("TEXT", "something to remember"),
    old: silent("switch"),
  },
  { aliases: { color: "colour" } },
);
const parse = (...args: readonly string[]) => parseFlags(args, TABLE);

describe("verbTable()", () => {
  it("is what the parser reads", () => {
    const flags = parse("-fc", "red", "--coats=2", "--note", "a", "--note=b", "north", "--old");
    assert.equal(flags.has("fast"), true);
    assert.equal(flags.value("colour"), "red");
    assert.equal(flags.number("coats"), 2);
    assert.deepEqual(flags.list("note"), ["a", "b"]);
    assert.deepEqual(flags.operands, ["north"]);
    assert.equal(parse("--color", "blue").value("colour"), "blue");
  });
});

describe("verbHelp()", () => {
  it("tells of the flags that have something to say, by name", () => {
    assert.equal(
      verbHelp(TABLE, "give a wall a colour"),
      `Usage:  skiff compose paint [OPTIONS] WALL

give a wall a colour

Options:
      --coats int     how many times
  -c, --colour NAME   which colour
      --dry-run       say what would be done, and do nothing
  -f, --fast          do not wait for it to dry
      --note TEXT     something to remember
`,
    );
  });
});

describe("refuse()", () => {
  it("names the first flag that nothing here does", () => {
    assert.throws(() => refuse(parse("--old", "--fast"), ["fast", "old"]), { message: "--fast is not supported" });
    refuse(parse("--coats", "1"), ["fast", "old"]);
  });
});

describe("refuseTogether()", () => {
  const pairs = [
    ["fast", "coats"],
    ["old", "colour"],
  ] as const;
  it("names the pair that contradicts itself", () => {
    assert.throws(() => refuseTogether(parse("--old", "-c", "red"), pairs), {
      message: "--old and --colour are incompatible",
    });
  });
  it("does not mind a switch that is turned off", () => {
    refuseTogether(parse("--fast=false", "--coats", "1"), pairs);
    refuseTogether(parse("--fast"), pairs);
  });
});
