import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DockerApiError } from "@skiff/docker/client";
import { scriptedContext } from "../testing/scripted-context.ts";
import { removeContainer, stopContainer } from "./container-steps.ts";

const web = { id: "c", name: "shop-web-1", state: "running" };
const hook = { command: ["goodbye"] };

describe("stopContainer()", () => {
  it("stops what has ended meanwhile without its hooks", async () => {
    const context = scriptedContext({
      "POST /containers/c/exec": new DockerApiError(409, "container c is not running"),
      "POST /containers/c/stop": undefined,
    });
    await stopContainer(context, web, { pre_stop: [hook] }, undefined);
    assert.deepEqual(context.asked, ["POST /containers/c/exec", "POST /containers/c/stop"]);
    assert.equal(context.told.at(-1), "Container shop-web-1 Stopped");
  });

  it("takes one that is gone for stopped", async () => {
    const context = scriptedContext({});
    await stopContainer(context, web, undefined, 0);
    assert.equal(context.told.at(-1), "Container shop-web-1 Stopped");
  });

  it("fails where the engine does", async () => {
    const context = scriptedContext({ "POST /containers/c/stop": new DockerApiError(500, "stuck") });
    await assert.rejects(stopContainer(context, web, undefined, 0), /^DockerApiError: stuck$/);
    assert.equal(context.told.at(-1), "Container shop-web-1 Error while Stopping");
  });
});

describe("removeContainer()", () => {
  for (const [when, answer] of [
    ["it is gone", new DockerApiError(404, "no such container")],
    ["somebody else removes it", new DockerApiError(409, "removal is already in progress")],
  ] as const)
    it(`is done when ${when}`, async () => {
      const context = scriptedContext({ "DELETE /containers/c": answer });
      await removeContainer(context, web, false);
      assert.equal(context.told.at(-1), "Container shop-web-1 Removed");
    });
});
