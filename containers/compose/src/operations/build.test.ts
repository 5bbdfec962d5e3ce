import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Build, Project, Service } from "../model.ts";
import { scriptedContext } from "../testing/scripted-context.ts";
import { build } from "./build.ts";

function aService(name: string, contexts: Record<string, string>, ...dependencies: string[]): Service {
  const made: Build = {
    context: import.meta.dirname,
    dockerfile_inline: "FROM scratch",
    additional_contexts: contexts,
  };
  const depends_on = Object.fromEntries(
    dependencies.map((each) => [each, { condition: "service_started", required: true } as const]),
  );
  return { name, command: null, entrypoint: null, build: made, depends_on };
}

function aProject(...services: Service[]): Project {
  return {
    ...{ name: "shop", networks: {}, volumes: {}, configs: {}, secrets: {}, models: {}, disabledServices: {} },
    services: Object.fromEntries(services.map((service) => [service.name, service])),
    ...{ workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
  };
}

/** Which services are built, in order, without an engine. */
async function builtOf(project: Project, services: readonly string[]): Promise<string[]> {
  const context = { ...scriptedContext({}), rehearsal: true };
  await build(context, project, { services });
  return context.told.filter((text) => text.endsWith("Built")).map((text) => text.split(" ")[0] ?? "");
}

describe("build()", () => {
  it("builds what others are made from first", async () => {
    const project = aProject(aService("a", { base: "service:c" }), aService("b", {}, "a"), aService("c", {}));
    assert.deepEqual(await builtOf(project, []), ["c", "a", "b"]);
  });

  it("builds what a named service is made from, and not what it merely depends on", async () => {
    const project = aProject(aService("a", { base: "service:c" }, "b"), aService("b", {}), aService("c", {}));
    assert.deepEqual(await builtOf(project, ["a"]), ["c", "a"]);
  });

  it("refuses images that would be made from each other", async () => {
    const project = aProject(aService("a", { x: "service:b" }), aService("b", { x: "service:a" }));
    await assert.rejects(builtOf(project, []), /^Error: images are made from each other: a -> b -> a$/);
  });
});
