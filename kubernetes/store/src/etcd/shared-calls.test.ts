import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedCalls } from "./shared-calls.ts";

describe("sharedCalls()", () => {
  it("answers all who ask during a call with the one after it, never with the one that began before", async () => {
    const calls: PromiseWithResolvers<number>[] = [];
    const ask = sharedCalls(() => {
      const call = Promise.withResolvers<number>();
      calls.push(call);
      return call.promise;
    });
    const first = ask();
    const later = [ask(), ask(), ask()];
    assert.equal(calls.length, 1);
    calls[0]?.resolve(1);
    assert.equal(await first, 1);
    await new Promise(setImmediate);
    assert.equal(calls.length, 2);
    const last = ask();
    calls[1]?.resolve(2);
    assert.deepEqual(await Promise.all(later), [2, 2, 2]);
    await new Promise(setImmediate);
    calls[2]?.resolve(3);
    assert.equal(await last, 3);
    await new Promise(setImmediate);
    void ask();
    assert.equal(calls.length, 4, "with none under way, a call begins at once");
  });

  it("goes on after a call that failed, which only its own callers hear of", async () => {
    let count = 0;
    const ask = sharedCalls(async () => {
      count++;
      if (count === 1) throw new Error("lost");
      return count;
    });
    const [first, second] = await Promise.allSettled([ask(), ask()]);
    assert.equal(first.status, "rejected");
    assert.deepEqual(second, { status: "fulfilled", value: 2 });
  });
});
