import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFlags } from "../../docker-client/parse-flags.ts";
import type { ComposeCall } from "./compose-call.ts";
import { CREATE_FLAGS, createOptions, orphanOptions, scales } from "./create-flags.ts";
import { verbTable } from "./flag-table.ts";

const TABLE = verbTable("create [OPTIONS] [SERVICE...]", CREATE_FLAGS);
const callOf = (args: readonly string[]) =>
  ({ flags: parseFlags(args, TABLE), env: {}, global: { progress: "quiet" } }) as unknown as ComposeCall;
const optionsOf = (args: readonly string[]) => createOptions(callOf(args));

describe("createOptions()", () => {
  const cases = [
    {
      when: "nothing is said",
      args: [],
      want: { build: "missing", recreate: "diverged", recreateDependencies: "diverged" },
    },
    { when: "all is to be new", args: ["--build", "--force-recreate"], want: { build: "always", recreate: "force" } },
    { when: "all is to stay", args: ["--no-build", "--no-recreate"], want: { build: "never", recreate: "never" } },
    {
      when: "images are to be fetched",
      args: ["--pull=always", "--quiet-pull"],
      want: { pull: "always", quietPull: true },
    },
    { when: "containers are counted", args: ["--scale", "web=3", "--scale=db=0"], want: { scale: { web: 3, db: 0 } } },
  ];
  for (const { when, args, want } of cases) {
    it(`says what is meant when ${when}`, () => assert.partialDeepStrictEqual(optionsOf(args), want));
  }

  for (const [args, message] of [
    [["--build", "--no-build"], /--build and --no-build are incompatible/],
    [["--force-recreate", "--no-recreate"], /--force-recreate and --no-recreate are incompatible/],
    [["--pull", "often"], /invalid --pull option "often"/],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => assert.throws(() => optionsOf(args), message));
  }
});

describe("orphanOptions()", () => {
  const cases = [
    { when: "nothing is said", args: [], environment: {}, want: { removeOrphans: false, ignoreOrphans: false } },
    { when: "the flag is given", args: ["--remove-orphans"], environment: {}, want: { removeOrphans: true } },
    {
      when: "a variable wants them gone",
      args: [],
      environment: { COMPOSE_REMOVE_ORPHANS: "1" },
      want: { removeOrphans: true },
    },
    {
      when: "the flag contradicts the variable",
      args: ["--remove-orphans=false"],
      environment: { COMPOSE_REMOVE_ORPHANS: "1" },
      want: { removeOrphans: false },
    },
    {
      when: "nobody is to hear of them",
      args: [],
      environment: { COMPOSE_IGNORE_ORPHANS: "true" },
      want: { ignoreOrphans: true },
    },
  ];
  for (const { when, args, environment, want } of cases)
    it(`says what becomes of them when ${when}`, () =>
      assert.partialDeepStrictEqual(orphanOptions(callOf(args), environment), want));

  it("refuses to remove what is to be ignored", () => {
    assert.throws(
      () => orphanOptions(callOf(["--remove-orphans"]), { COMPOSE_IGNORE_ORPHANS: "1" }),
      /cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans/,
    );
  });
});

describe("scales()", () => {
  for (const text of ["web", "web=", "=3", "web=many", "web=-1"]) {
    it(`refuses ${text}`, () => assert.throws(() => scales([text]), new RegExp(`invalid scale specifier: ${text}`)));
  }
});
