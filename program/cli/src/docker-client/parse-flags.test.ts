import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFlags } from "../commands/containers/container/create/create-flags.ts";
import { flagMeanings } from "./flag-meanings.ts";
import { helpText } from "./help-text.ts";
import { type FlagTable, parseFlags, UsageError } from "./parse-flags.ts";

const table: FlagTable = {
  usage: "x",
  flags: { interactive: "switch", tty: "switch", env: "list", name: "value", timeout: "int" },
  short: { i: "interactive", t: "tty", e: "env", n: "timeout" },
  aliases: { time: "timeout" },
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

  it("tells a switch that is off from one that was not given", () => {
    const flags = parseFlags(["--tty=false", "-i=0", "--", "-x"], table);
    assert.deepEqual([flags.has("tty"), flags.given("tty"), flags.has("interactive")], [false, true, false]);
    assert.deepEqual(flags.operands, ["-x"]);
  });

  it("knows older names", () => assert.equal(parseFlags(["--time", "-7"], table).number("timeout"), -7));

  const mistakes = [
    { args: ["--nope"], want: "unknown flag: --nope" },
    { args: ["--nope=1"], want: "unknown flag: --nope" },
    { args: ["-tx"], want: "unknown shorthand flag: 'x' in -x" },
    { args: ["--name"], want: "flag needs an argument: --name" },
    { args: ["-te"], want: "flag needs an argument: 'e' in -e" },
    {
      args: ["--tty=maybe"],
      want: `invalid argument "maybe" for "-t, --tty" flag: strconv.ParseBool: parsing "maybe": invalid syntax`,
    },
    {
      args: ["-n", "1.5"],
      want: `invalid argument "1.5" for "-n, --timeout" flag: strconv.ParseInt: parsing "1.5": invalid syntax`,
    },
  ];
  for (const { args, want } of mistakes) {
    it(`says what is wrong with ${args.join(" ")}`, () =>
      assert.throws(
        () => parseFlags(args, table),
        (error) => error instanceof UsageError && error.message === want,
      ));
  }
});

describe("helpText()", () => {
  it("says what flags take and mean", () => {
    const { usage, short } = table;
    const text = helpText({ usage, short, about: "Does it", flags: { timeout: "int", tty: "switch" } });
    assert.equal(
      text,
      `Usage:  x

Does it

Options:
  -n, --timeout int   seconds until it is killed
  -t, --tty           a terminal
`,
    );
  });

  it("knows a meaning of every flag of a container, but for those that Docker has for Windows and the past", () => {
    const without = Object.keys(createFlags).filter((name) => flagMeanings[name] === undefined);
    assert.deepEqual(without, ["disable-content-trust", "isolation"]);
  });
});
