import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DockerApiError } from "@skiff/docker/client";
import type { Project } from "../model.ts";
import { type Script, scriptedContext } from "../testing/scripted-context.ts";
import { createNetwork } from "./create-network.ts";
import { openSite } from "./site.ts";

const project: Project = {
  ...{ name: "shop", services: {}, volumes: {}, configs: {}, secrets: {}, models: {}, disabledServices: {} },
  networks: {
    default: {
      name: "shop_default",
      ipam: { config: [{ subnet: "10.1.0.0/24", aux_addresses: { router: "10.1.0.9" } }] },
      labels: { tier: "front" },
      internal: true,
    },
  },
  ...{ workingDirectory: "/src", composeFiles: [], environment: {}, profiles: [], warnings: [] },
};

const taken = new DockerApiError(409, "network with name shop_default already exists");

const table: { when: string; labels: Record<string, string> | null; told: RegExp; fails?: RegExp }[] = [
  {
    when: "another process has made it meanwhile",
    labels: { "com.docker.compose.project": "shop", "com.docker.compose.network": "default" },
    told: /^Network shop_default Creating\nNetwork shop_default Created$/,
  },
  {
    when: "it is another project's",
    labels: { "com.docker.compose.project": "other", "com.docker.compose.network": "default" },
    told: /was not created for project "shop"/,
  },
  {
    when: "somebody has made it by hand",
    labels: null,
    told: /was not created by compose/,
    fails:
      /^Error: network shop_default was found but has incorrect label com.docker.compose.network set to "" \(expected: "default"\)$/,
  },
];

describe("createNetwork()", () => {
  it("asks for what the file says, under the project's labels", async () => {
    const context = scriptedContext({ "POST /networks/create": { Id: "n" } });
    await createNetwork(openSite(context, project, { containers: [] }), "default");
    assert.partialDeepStrictEqual(context.bodies[0], {
      ...{ Name: "shop_default", CheckDuplicate: true, Internal: true },
      IPAM: { Config: [{ Subnet: "10.1.0.0/24", AuxiliaryAddresses: { router: "10.1.0.9" } }] },
      Labels: {
        tier: "front",
        "com.docker.compose.network": "default",
        "com.docker.compose.project": "shop",
        "com.docker.compose.version": "2.40.3",
      },
    });
  });

  for (const { when, labels, told, fails } of table)
    it(`${fails ? "fails" : "uses the one that is there"} when ${when}`, async () => {
      const script: Script = { "POST /networks/create": taken, "GET /networks/shop_default": { Labels: labels } };
      const context = scriptedContext(script);
      const made = createNetwork(openSite(context, project, { containers: [] }), "default");
      if (fails) await assert.rejects(made, fails);
      else await made;
      assert.match(context.told.join("\n"), told);
    });

  it("says which network could not be made, and why", async () => {
    const context = scriptedContext({ "POST /networks/create": new DockerApiError(403, "Pool overlaps") });
    const made = createNetwork(openSite(context, project, { containers: [] }), "default");
    await assert.rejects(made, /^Error: failed to create network shop_default: Pool overlaps$/);
    assert.equal(context.told.at(-1), "Network shop_default Error");
  });
});
