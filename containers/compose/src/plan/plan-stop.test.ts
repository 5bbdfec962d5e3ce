import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ObservedContainer } from "../observe/observed.ts";
import { targetProject } from "../observe/target-project.ts";
import { planRestart, planStop } from "./plan-stop.ts";
import type { Planned } from "./step.ts";

function aContainer(service: string, dependsOn: string, state = "running"): ObservedContainer {
  return {
    ...{ id: service, name: service, service, number: 1, oneOff: false, state, status: "", createdAt: 0 },
    ...{ configHash: undefined, image: undefined, networks: {}, mounts: [] },
    labels: { "com.docker.compose.depends_on": dependsOn },
  };
}

function text(steps: readonly Planned[]): string[] {
  return steps.map(({ id, after }) => [id, ...after].join(" < "));
}

const containers = [
  aContainer("web", "api:service_started:false"),
  aContainer("api", "db:service_started:false", "exited"),
  aContainer("db", ""),
];
const project = targetProject("shop", { containers });

describe("planStop()", () => {
  it("stops those that run, dependents first, by way of what does not run", () => {
    assert.deepEqual(text(planStop(project, containers, {})), [
      "stop-container web",
      "stop-container db < stop-container web",
    ]);
  });

  it("removes all, each after it has stopped", () => {
    assert.deepEqual(text(planStop(project, containers, { remove: true })), [
      "stop-container web",
      "remove-container web < stop-container web",
      "remove-container api < remove-container web",
      "stop-container db < remove-container web < remove-container api",
      "remove-container db < stop-container db",
    ]);
  });

  it("lets nobody wait where labels tell of a circle", () => {
    const circle = [aContainer("a", "b:service_started:false"), aContainer("b", "a:service_started:false")];
    const steps = planStop(targetProject("shop", { containers: circle }), circle, {});
    assert.deepEqual(text(steps), ["stop-container a", "stop-container b"]);
  });
});

describe("planRestart()", () => {
  it("restarts what others depend on first", () => {
    assert.deepEqual(text(planRestart(project, containers, undefined)), [
      "restart-container web < restart-container api < restart-container db",
      "restart-container api < restart-container db",
      "restart-container db",
    ]);
  });
});
