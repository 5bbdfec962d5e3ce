import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEFAULT_KEYS, DetachKeys, parseDetachKeys } from "./detach-keys.ts";

describe("parseDetachKeys()", () => {
  it("reads letters and keys with Control", () =>
    assert.deepEqual(parseDetachKeys("ctrl-p,q,ctrl-@,ctrl-["), [16, 113, 0, 27]));
  it("refuses other names", () => assert.throws(() => parseDetachKeys("ctrl-p,escape"), /Unknown character: 'escape'/));
});

describe("DetachKeys", () => {
  const type = (...chunks: readonly string[]): string => {
    const keys = new DetachKeys(DEFAULT_KEYS);
    let passed = "";
    for (const chunk of chunks) {
      const { rest, detached } = keys.add(Buffer.from(chunk));
      passed += rest.toString();
      if (detached) return `${passed}!`;
    }
    return passed;
  };
  it("finds the keys, in one piece or two, and passes on what came before", () =>
    assert.deepEqual([type("ls\x10\x11"), type("ls\x10", "\x11x")], ["ls!", "ls!"]));
  it("passes on what only began like them", () => {
    assert.equal(type("\x10", "a"), "\x10a");
    assert.equal(type("\x10\x10\x11"), "\x10!");
  });
});
