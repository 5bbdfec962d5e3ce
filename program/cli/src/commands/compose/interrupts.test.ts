import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import { listenForInterrupts } from "./interrupts.ts";

const source = () => {
  const emitter = new EventEmitter();
  return { emitter, source: emitter as unknown as Pick<NodeJS.Process, "on" | "off"> };
};

describe("listenForInterrupts()", () => {
  it("ends the verb at the first signal", () => {
    const { emitter, source: from } = source();
    using interrupts = listenForInterrupts(from);
    emitter.emit("SIGINT", "SIGINT");
    assert.equal(interrupts.signal.aborted, true);
  });

  it("gives signals to a handler instead, for as long as it wants them", () => {
    const { emitter, source: from } = source();
    using interrupts = listenForInterrupts(from);
    const seen: string[] = [];
    const release = interrupts.handle((signal) => seen.push(signal));
    emitter.emit("SIGTERM", "SIGTERM");
    emitter.emit("SIGINT", "SIGINT");
    assert.deepEqual(seen, ["SIGTERM", "SIGINT"]);
    assert.equal(interrupts.signal.aborted, false);
    release();
    emitter.emit("SIGINT", "SIGINT");
    assert.equal(interrupts.signal.aborted, true);
  });

  it("leaves no listener behind", () => {
    const { emitter, source: from } = source();
    listenForInterrupts(from)[Symbol.dispose]();
    assert.equal(emitter.listenerCount("SIGINT") + emitter.listenerCount("SIGTERM"), 0);
  });
});
