import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDockerfile, plan } from "@skiff/builder";
import { contextPaths } from "./context-paths.ts";

describe("contextPaths()", () => {
  for (const { when, file, want } of [
    { when: "nothing is taken", file: "FROM a\nRUN x\nCOPY --from=b / /", want: [] },
    {
      when: "paths and patterns are named",
      file: "FROM a\nCOPY ./b/ c*.txt /d/\nADD ../e /",
      want: ["b", "c*.txt", "e"],
    },
    { when: "everything is", file: "FROM a\nCOPY . /", want: undefined },
    { when: "a variable is", file: "FROM a\nARG B\nCOPY $B /", want: undefined },
    { when: "a URL is", file: "FROM a\nADD https://example.com/b /", want: [] },
    { when: "RUN mounts a file", file: "FROM a\nRUN --mount=source=b,target=/b x", want: ["b"] },
    { when: "RUN mounts the context", file: "FROM a\nRUN --mount=target=/b x", want: undefined },
    { when: "RUN mounts other things", file: "FROM a\nRUN --mount=type=cache,target=/b x", want: [] },
    { when: "a later stage may take more", file: "FROM a\nONBUILD COPY b /", want: undefined },
    { when: "a stage that is not built takes more", file: "FROM a\nCOPY b /\nFROM c", want: [] },
  ]) {
    it(`tells what is used when ${when}`, () => {
      assert.deepEqual(contextPaths(plan(parseDockerfile(file), { predefined: {} })), want);
    });
  }
});
