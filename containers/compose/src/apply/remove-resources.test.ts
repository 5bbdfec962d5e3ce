import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DockerApiError } from "@skiff/docker/client";
import { scriptedContext } from "../testing/scripted-context.ts";
import { removeImage, removeNetwork, removeVolume } from "./remove-resources.ts";

const table = [
  { when: "it goes", answer: undefined, told: "Removed" },
  { when: "it is gone", answer: new DockerApiError(404, "no such volume"), told: "No resource found to remove" },
  { when: "it is in use", answer: new DockerApiError(409, "volume is in use"), told: "Resource is still in use" },
];

describe("removeVolume()", () => {
  for (const { when, answer, told } of table)
    it(`says so when ${when}`, async () => {
      const context = scriptedContext({ "DELETE /volumes/shop_data": answer });
      await removeVolume(context, "shop_data");
      assert.deepEqual(context.told, ["Volume shop_data Removing", `Volume shop_data ${told}`]);
    });

  it("fails where the engine does", async () => {
    const context = scriptedContext({ "DELETE /volumes/shop_data": new DockerApiError(500, "disk on fire") });
    await assert.rejects(removeVolume(context, "shop_data"), /disk on fire/);
  });
});

describe("removeNetwork()", () => {
  it("leaves one that containers are still in, with a word", async () => {
    const answer = new DockerApiError(403, "error while removing network: network shop_default has active endpoints");
    const context = scriptedContext({ "DELETE /networks/id": answer });
    await removeNetwork(context, { id: "id", name: "shop_default" });
    assert.equal(context.told.at(-1), "Network shop_default Resource is still in use");
  });
});

describe("removeImage()", () => {
  it("asks by the name as it is written", async () => {
    const context = scriptedContext({ "DELETE /images/registry:5000/shop/web:1": [] });
    await removeImage(context, "registry:5000/shop/web:1");
    assert.equal(context.told.at(-1), "Image registry:5000/shop/web:1 Removed");
  });
});
