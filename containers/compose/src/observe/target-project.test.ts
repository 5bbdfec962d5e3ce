import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ObservedContainer } from "./observed.ts";
import { selectContainers } from "./select-containers.ts";
import { targetProject } from "./target-project.ts";

function aContainer(service: string, dependsOn = "", oneOff = false): ObservedContainer {
  return {
    ...{ id: service, name: `shop-${service}-1`, service, number: 1, oneOff, state: "running", status: "" },
    ...{ configHash: undefined, image: undefined, networks: {}, mounts: [], createdAt: 0 },
    labels: { "com.docker.compose.depends_on": dependsOn },
  };
}

const containers = [
  aContainer("db"),
  aContainer("web", "db:service_healthy:true,cache:service_started:false,old"),
  aContainer("web", "", true),
];

describe("targetProject()", () => {
  it("learns services and what they depend on from labels, where there is no file", () => {
    const project = targetProject("shop", { containers });
    assert.deepEqual(Object.keys(project.services), ["db", "web"]);
    assert.deepEqual(project.services.web?.depends_on, {
      db: { condition: "service_healthy", required: false, restart: true },
      cache: { condition: "service_started", required: false, restart: false },
      old: { condition: "service_started", required: false, restart: false },
    });
  });

  it("learns networks and volumes as well", () => {
    const network = { key: "default", name: "shop_default", id: "n", configHash: undefined };
    const { networks, volumes } = targetProject("shop", { containers, networks: [network], volumes: [] });
    assert.deepEqual([networks, volumes], [{ default: { name: "shop_default", ipam: {} } }, {}]);
  });
});

describe("selectContainers()", () => {
  const project = targetProject("shop", { containers });
  const names = (found: ObservedContainer[]) =>
    found.map(({ service, oneOff }) => `${service}${oneOff ? " once" : ""}`);

  it("leaves out those of run unless they are meant", () => {
    assert.deepEqual(names(selectContainers(project, containers, {})), ["db", "web"]);
    assert.deepEqual(names(selectContainers(project, containers, { services: ["web"], oneOffs: true })), [
      "web",
      "web once",
    ]);
  });

  it("does not know a service that is not there", () => {
    assert.throws(() => selectContainers(project, containers, { services: ["wbe"] }), /^Error: no such service: wbe$/);
  });
});
