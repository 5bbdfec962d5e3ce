import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Planned, Step } from "../plan/step.ts";
import { runSteps } from "./run-steps.ts";

function aStep(id: string, ...after: string[]): Planned {
  return { id, after, step: { do: "create-network", key: id } };
}

/** Performs steps when told to, and remembers what was begun. */
function aWorker() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const perform = (step: Step): Promise<void> => {
    const key = step.do === "create-network" ? step.key : "";
    begun.push(key);
    const end = Promise.withResolvers<void>();
    ends.set(key, end);
    return end.promise;
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    begun,
    perform,
    async finish(key: string, error?: Error) {
      if (error) ends.get(key)?.reject(error);
      else ends.get(key)?.resolve();
      await turn();
    },
  };
}

describe("runSteps()", () => {
  const never = new AbortController().signal;

  it("begins each step as soon as those before it are done", async () => {
    const worker = aWorker();
    const steps = [aStep("c", "a", "b"), aStep("a"), aStep("b"), aStep("d", "a")];
    const run = runSteps(steps, worker.perform, never);
    assert.deepEqual(worker.begun, ["a", "b"]);
    await worker.finish("a");
    assert.deepEqual(worker.begun, ["a", "b", "d"]);
    await worker.finish("b");
    assert.deepEqual(worker.begun, ["a", "b", "d", "c"]);
    await worker.finish("c");
    await worker.finish("d");
    await run;
  });

  it("begins nothing after a failure, and waits for what is under way", async () => {
    const worker = aWorker();
    const failure = new Error("no space left");
    const run = runSteps([aStep("a"), aStep("b"), aStep("c", "b")], worker.perform, never);
    let isOver = false;
    const outcome = run
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true;
      });
    await worker.finish("a", failure);
    assert.equal(isOver, false);
    await worker.finish("b");
    assert.equal(await outcome, failure);
    assert.deepEqual(worker.begun, ["a", "b"]);
  });

  it("begins nothing once it is aborted", async () => {
    const worker = aWorker();
    const over = new AbortController();
    const run = runSteps([aStep("a"), aStep("b", "a")], worker.perform, over.signal);
    const outcome = assert.rejects(run, { name: "AbortError" });
    over.abort();
    await worker.finish("a");
    await outcome;
    assert.deepEqual(worker.begun, ["a"]);
  });

  it("takes what is not in the plan for done", async () => {
    const worker = aWorker();
    const run = runSteps([aStep("a", "elsewhere")], worker.perform, never);
    await worker.finish("a");
    await run;
  });

  it("names a step of a circle", async () => {
    const worker = aWorker();
    await assert.rejects(
      runSteps([aStep("a", "b"), aStep("b", "a")], worker.perform, never),
      /step a waits for a step/,
    );
  });
});
