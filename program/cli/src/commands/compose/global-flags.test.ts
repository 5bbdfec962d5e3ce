import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { globalOptions, isTrue, parseGlobalFlags } from "./global-flags.ts";

const options = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => globalOptions(parseGlobalFlags(args), env);

describe("parseGlobalFlags()", () => {
  it("leaves the verb and what follows alone", () => {
    const flags = parseGlobalFlags(["-f", "a.yaml", "--file=b.yaml", "-pshop", "up", "-d", "-f"]);
    assert.deepEqual(flags.list("file"), ["a.yaml", "b.yaml"]);
    assert.equal(flags.value("project-name"), "shop");
    assert.deepEqual(flags.operands, ["up", "-d", "-f"]);
  });
});

describe("globalOptions()", () => {
  const cases = [
    { when: "nothing is said", args: [], env: {}, want: { ansi: "auto", progress: "auto", parallel: undefined } },
    {
      when: "variables are set",
      args: [],
      env: { COMPOSE_ANSI: "never", COMPOSE_PROGRESS: "json", COMPOSE_PARALLEL_LIMIT: "3" },
      want: { ansi: "never", progress: "json", parallel: 3 },
    },
    {
      when: "flags and variables differ",
      args: ["--ansi", "always", "--progress=tty", "--parallel", "2"],
      env: { COMPOSE_ANSI: "never", COMPOSE_PROGRESS: "json", COMPOSE_PARALLEL_LIMIT: "3" },
      want: { ansi: "always", progress: "tty", parallel: 2 },
    },
    {
      when: "old names are used",
      args: ["--no-ansi", "--progress", "none", "--parallel=-1"],
      env: {},
      want: { ansi: "never", progress: "quiet", parallel: undefined },
    },
  ] as const;
  for (const { when, args, env, want } of cases) {
    it(`decides how output looks when ${when}`, () => {
      const { ansi, progress, parallel } = options(args, env);
      assert.deepEqual({ ansi, progress, parallel }, want);
    });
  }

  for (const [args, message] of [
    [["--ansi", "sometimes"], /unsupported --ansi value "sometimes"/],
    [["--progress", "fast"], /unsupported --progress value "fast"/],
    [["--nope"], /unknown flag: --nope/],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => {
      assert.throws(() => options(args), message);
    });
  }

  it("names the variable that is no number", () => {
    assert.throws(
      () => options([], { COMPOSE_PARALLEL_LIMIT: "many" }),
      /COMPOSE_PARALLEL_LIMIT must be an integer \(found: "many"\)/,
    );
  });
});

describe("isTrue()", () => {
  it("takes what Compose takes for yes", () => {
    assert.deepEqual(["1", "true", "T", "yes", "on", "0", "false", "", undefined].map(isTrue), [
      ...[true, true, true, true, true],
      ...[false, false, false, false],
    ]);
  });
});
