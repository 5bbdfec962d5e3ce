import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDetachKeys, untilKeys } from "./detach-keys.ts";

describe("parseDetachKeys()", () => {
  const table = [
    { when: "none are given", text: "", bytes: [16, 17] },
    { when: "one is a character", text: "a", bytes: [97] },
    { when: "they are of both kinds", text: "x,ctrl-[,ctrl-Z", bytes: [120, 27, 26] },
  ];
  for (const { when, text, bytes } of table) {
    it(`reads them when ${when}`, () => {
      assert.deepEqual([...parseDetachKeys(text)], bytes);
    });
  }

  for (const text of ["nonsense", "ctrl-1", "ctrl-", "a,,b", "a,".repeat(20)]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDetachKeys(text), { status: 400 });
    });
  }
});

describe("untilKeys()", () => {
  const keys = Buffer.from("pq");
  const table = [
    { when: "they come at once", chunks: ["abpq"], passed: "ab", left: 1 },
    { when: "they come one by one", chunks: ["a", "p", "q"], passed: "a", left: 1 },
    { when: "more follows", chunks: ["pqrest", "and more"], passed: "", left: 1 },
    { when: "they begin twice", chunks: ["pp", "q"], passed: "p", left: 1 },
    { when: "they are not finished", chunks: ["ap"], passed: "ap", left: 0 },
    { when: "something else follows the first", chunks: ["p", "xq"], passed: "pxq", left: 0 },
  ];
  for (const { when, chunks, passed, left } of table) {
    it(`passes on what comes before the keys when ${when}`, async () => {
      let times = 0;
      const stream = untilKeys(keys, () => times++);
      for (const chunk of chunks) stream.write(chunk);
      stream.end();
      const got = await stream.toArray();
      assert.deepEqual({ passed: Buffer.concat(got).toString(), times }, { passed, times: left });
    });
  }
});
