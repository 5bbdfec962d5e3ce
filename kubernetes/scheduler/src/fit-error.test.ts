import assert from "node:assert/strict";
import { it } from "node:test";
import { fitMessage } from "./fit-error.ts";
import { neverFits, noRoom } from "./framework.ts";

it("fitMessage() counts the reasons, in the order kube-scheduler sorts them, and appends what preemption found", () => {
  const rejected = new Map([
    ["a", noRoom("Insufficient cpu", "Insufficient memory")],
    ["b", neverFits("node(s) were unschedulable")],
    ["c", noRoom("Insufficient cpu")],
  ] as const);
  assert.equal(
    fitMessage({ nodeCount: 3, rejected, rejectedBy: new Set() }, "preemption: none."),
    "0/3 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: none.",
  );
});
