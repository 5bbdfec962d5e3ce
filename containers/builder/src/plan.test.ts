import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseDockerfile } from "./dockerfile/parse.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { plan } from "./plan.ts";

const testdata = join(import.meta.dirname, "testdata", "plan");
const predefined = { TARGETARCH: "amd64" };

function planOf(source: string, options: { target?: string; buildArgs?: Record<string, string> } = {}) {
  return plan(parseDockerfile(source), { ...options, predefined });
}

function toJson(value: unknown): string {
  const plain = (_: string, item: unknown) => (item instanceof Map ? Object.fromEntries(item) : item);
  return `${JSON.stringify(value, plain, 2)}\n`;
}

describe("plan() of parseDockerfile()", () => {
  for (const file of globSync("*.Dockerfile", { cwd: testdata }).sort()) {
    it(`gives what is written down for ${file}`, () => {
      const actual = toJson(planOf(readFileSync(join(testdata, file), "utf8")));
      const golden = join(testdata, file.replace(".Dockerfile", ".json"));
      if (process.env.UPDATE_GOLDEN || !existsSync(golden)) writeFileSync(golden, actual);
      assert.equal(actual, readFileSync(golden, "utf8"));
    });
  }

  it("builds the stage that was asked for, by name or place", () => {
    const source = "FROM a AS one\nFROM b AS two\nFROM one AS three";
    assert.deepEqual(
      planOf(source, { target: "TWO" }).stages.map(({ name }) => name),
      ["two"],
    );
    assert.deepEqual(
      planOf(source, { target: "2" }).stages.map(({ name }) => name),
      ["one", "three"],
    );
  });

  it("lets a build argument replace the default of an ARG before FROM", () => {
    const [stage] = planOf("ARG V=1\nFROM a:$V", { buildArgs: { V: "2" } }).stages;
    assert.deepEqual(stage?.base, { image: "a:2" });
  });

  const refused = [
    { when: "it has no FROM", source: "# nothing", message: /has no FROM/ },
    { when: "an instruction stands before FROM", source: "RUN a\nFROM b", message: /line 1: no build stage/ },
    { when: "an instruction is unknown", source: "FROM a\nRUNN b", message: /line 2: unknown instruction: RUNN/ },
    {
      when: "a here-document has no end",
      source: "FROM a\nRUN <<EOF\nx",
      message: /line 2: here-document <<EOF has no end/,
    },
    { when: "a flag is unknown", source: "FROM a\nCOPY --form=b c d", message: /unknown flag: --form/ },
    { when: "COPY has one operand", source: "FROM a\nCOPY b", message: /COPY requires at least two arguments/ },
    { when: "ENV mixes its forms", source: "FROM a\nENV b=c d", message: /can't find = in "d"/ },
    { when: "ONBUILD holds an ONBUILD", source: "FROM a\nONBUILD ONBUILD RUN b", message: /isn't allowed/ },
    { when: "a base is blank", source: "FROM $NOPE", message: /should not be blank/ },
    { when: "a stage number is too high", source: "FROM a\nCOPY --from=3 b c", message: /no such earlier stage/ },
    { when: "SHELL is not JSON", source: "FROM a\nSHELL sh -c", message: /JSON form/ },
  ];
  for (const { when, source, message } of refused) {
    it(`refuses a Dockerfile when ${when}`, () => {
      assert.throws(
        () => planOf(source),
        (error) => error instanceof DockerfileError && message.test(error.message),
      );
    });
  }

  it("refuses an unknown target", () => {
    assert.throws(() => planOf("FROM a", { target: "b" }), /target stage "b" could not be found/);
  });
});
