import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Service } from "../model.ts";
import { configHash } from "../plan/config-hash.ts";
import { networkLabels, volumeLabels } from "../plan/labels.ts";
import { type ScriptedContext, scriptedContext } from "../testing/scripted-context.ts";
import { up } from "./up.ts";

const web: Service = {
  ...{ name: "web", image: "nginx", command: null, entrypoint: null, networks: { default: null } },
  volumes: [{ type: "volume", source: "data", target: "/data" }],
};

const project: Project = {
  ...{ name: "shop", services: { web }, configs: {}, secrets: {}, models: {}, disabledServices: {} },
  networks: { default: { name: "shop_default", ipam: {} } },
  volumes: { data: { name: "shop_data" } },
  ...{ workingDirectory: "/src", composeFiles: ["/src/compose.yaml"], environment: {}, profiles: [], warnings: [] },
};

/** An engine on which the project runs, with `State` and labels of its container as given. */
function anEngine(container: object, labels: Record<string, string> = {}): ScriptedContext {
  const network = project.networks.default ?? assert.fail("there is a network");
  const volume = project.volumes.data ?? assert.fail("there is a volume");
  const summary = {
    ...{ Id: "c".repeat(64), Names: ["/shop-web-1"], State: "running", Status: "Up", Created: 1 },
    Labels: {
      "com.docker.compose.project": "shop",
      "com.docker.compose.service": "web",
      "com.docker.compose.container-number": "1",
      "com.docker.compose.oneoff": "False",
      "com.docker.compose.image": "sha256:1",
      "com.docker.compose.config-hash": configHash(web),
      ...labels,
    },
    NetworkSettings: { Networks: { shop_default: { NetworkID: "n" } } },
    Mounts: [{ Type: "volume", Name: "shop_data", Source: "/v", Destination: "/data", RW: true }],
    ...container,
  };
  return scriptedContext({
    "GET /containers/json": [summary],
    "GET /networks": [{ Id: "n", Name: "shop_default", Labels: networkLabels(project, "default", network) }],
    "GET /volumes": { Volumes: [{ Name: "shop_data", Labels: volumeLabels(project, "data", volume) }] },
    "GET /images/nginx/json": { Id: "sha256:1", Config: {} },
    [`POST /containers/${"c".repeat(64)}/start`]: undefined,
    [`POST /containers/${"c".repeat(64)}/stop`]: undefined,
    [`DELETE /containers/${"c".repeat(64)}`]: undefined,
    "POST /containers/create": { Id: "d".repeat(64), Warnings: [] },
    [`POST /containers/${"d".repeat(64)}/rename`]: undefined,
    [`POST /containers/${"d".repeat(64)}/start`]: undefined,
  });
}

const LOOKS = ["GET /containers/json", "GET /images/nginx/json", "GET /networks", "GET /volumes"];

describe("up()", () => {
  it("only looks where everything is as it should be", async () => {
    const engine = anEngine({});
    assert.equal(await up(engine, project, {}), 0);
    assert.deepEqual(engine.asked.toSorted(), LOOKS);
    assert.deepEqual(engine.told, ["Container shop-web-1 Running"]);
  });

  it("starts what does not run", async () => {
    const engine = anEngine({ State: "exited" });
    await up(engine, project, {});
    assert.deepEqual(engine.asked.slice(LOOKS.length), [`POST /containers/${"c".repeat(64)}/start`]);
    assert.deepEqual(engine.told, ["Container shop-web-1 Starting", "Container shop-web-1 Started"]);
  });

  it("replaces a container whose service has changed: the old one goes when the new one is there", async () => {
    const engine = anEngine({}, { "com.docker.compose.config-hash": "other" });
    await up(engine, project, {});
    assert.deepEqual(engine.asked.slice(LOOKS.length), [
      "POST /containers/create",
      `POST /containers/${"c".repeat(64)}/stop`,
      `DELETE /containers/${"c".repeat(64)}`,
      `POST /containers/${"d".repeat(64)}/rename`,
      `POST /containers/${"d".repeat(64)}/start`,
    ]);
    assert.partialDeepStrictEqual(engine.bodies[LOOKS.length], {
      Labels: {
        "com.docker.compose.replace": "c".repeat(64),
        "com.docker.compose.project.config_files": "/src/compose.yaml",
        "com.docker.compose.project.working_dir": "/src",
        "com.docker.compose.depends_on": "",
      },
    });
  });

  it("tells of containers whose service is gone, and leaves them", async () => {
    const engine = anEngine({}, { "com.docker.compose.service": "gone" });
    await up(engine, { ...project, services: {} }, {});
    assert.match(engine.told.join("\n"), /^Found orphan containers \(\[shop-web-1\]\) for this project/);
    assert.deepEqual(
      engine.asked.toSorted(),
      LOOKS.filter((each) => !each.includes("images")),
    );
  });

  it("removes them where asked", async () => {
    const engine = anEngine({}, { "com.docker.compose.service": "gone" });
    await up(engine, { ...project, services: {} }, { removeOrphans: true });
    assert.equal(engine.told.at(-1), "Container shop-web-1 Removed");
  });
});
