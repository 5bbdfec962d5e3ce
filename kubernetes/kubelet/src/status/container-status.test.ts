import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ObservedContainer } from "../pods/observed.ts";
import { aContainer, aPod } from "../testing/builders.ts";
import { containerStatus } from "./container-status.ts";

/** What the runtime has of a container whose program is not there. */
const neverBegan: ObservedContainer = {
  id: "c1",
  name: "app",
  sandboxId: "s1",
  state: "exited",
  restartCount: 0,
  hash: "",
  image: "example.org/app:1",
  imageRef: "sha256:1",
  createdAt: 1000,
  startedAt: 0,
  finishedAt: 2000,
  exitCode: 128,
  reason: "StartError",
  message: "no such file",
  logPath: "",
};

function statusOf(restartPolicy: "Always" | "Never") {
  const container = aContainer();
  return containerStatus(
    { role: "regular", container },
    {
      pod: aPod({ restartPolicy, containers: [container] }),
      observed: { sandboxes: [], containers: [neverBegan] },
      runtimeName: "skiff",
      waiting: new Map([["app", { reason: "RunContainerError", message: "no such file" }]]),
      ready: () => false,
      started: () => false,
      stopping: false,
    },
  );
}

describe("containerStatus()", () => {
  it("shows what keeps a container from starting while it is tried again", () => {
    const { state, lastState } = statusOf("Always");
    assert.equal(state?.waiting?.reason, "RunContainerError");
    assert.equal(lastState?.terminated?.exitCode, 128);
  });
  it("shows that it has ended when it is not to run again", () => {
    const { state, lastState } = statusOf("Never");
    assert.deepEqual(
      [state?.terminated?.reason, state?.terminated?.exitCode, state?.waiting],
      ["StartError", 128, undefined],
    );
    assert.deepEqual(lastState, {});
  });
});
