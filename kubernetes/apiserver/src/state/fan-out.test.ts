import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { FanOut, type Reader } from "./fan-out.ts";

/** Work that takes so many milliseconds of the processor. */
function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("FanOut.wake()", () => {
  it("wakes a reader once for what came in one turn", async () => {
    const fanOut = new FanOut();
    let woken = 0;
    const reader: Reader = { wake: () => woken++ };
    for (let i = 0; i < 3; i++) fanOut.wake(reader);
    assert.equal(woken, 0);
    await Promise.resolve();
    assert.equal(woken, 1);
  });

  it("waits after a pass that took long, and then wakes for all that gathered", async () => {
    const fanOut = new FanOut();
    const woken: number[] = [];
    const done = Promise.withResolvers<void>();
    const readers = Array.from(
      { length: 10 },
      (_, i): Reader => ({
        wake: () => {
          busy(1);
          if (woken.push(i) === 20) done.resolve();
        },
      }),
    );
    for (const reader of readers) fanOut.wake(reader);
    await turn();
    await turn();
    assert.equal(woken.length, 10);
    for (let i = 0; i < 2; i++) for (const reader of readers) fanOut.wake(reader);
    await turn();
    assert.equal(woken.length, 10);
    await done.promise;
    assert.equal(woken.length, 20);
  });
});
