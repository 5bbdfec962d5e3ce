import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { identify, isAlive, signalNumber, signalProcess } from "./process.ts";

describe("signalProcess()", () => {
  it("ends that very process, and not one that only has its id", async (t) => {
    const child = spawn("sleep", ["1000"]);
    t.after(() => child.kill("SIGKILL"));
    await once(child, "spawn");
    const identity = identify(child.pid ?? 0);
    assert.ok(identity);
    const another = { ...identity, startTime: identity.startTime - 1 };
    assert.deepEqual([isAlive(another), signalProcess(another, 9)], [false, false]);
    assert.equal(isAlive(identity), true);
    const exit = once(child, "exit");
    assert.equal(signalProcess(identity, 9), true);
    await exit;
    assert.deepEqual([isAlive(identity), signalProcess(identity, 9)], [false, false]);
  });
});

describe("signalNumber()", () => {
  const table = [
    { when: "full name", text: "SIGTERM", want: 15 },
    { when: "short name", text: "kill", want: 9 },
    { when: "number", text: "2", want: 2 },
    { when: "real-time signal", text: "SIGRTMIN+3", want: 37 },
    { when: "no signal", text: "SIGNONE", want: undefined },
    { when: "a number too large", text: "65", want: undefined },
  ];
  for (const { when, text, want } of table)
    it(`gives ${want} for a ${when}`, () => assert.equal(signalNumber(text), want));
});
