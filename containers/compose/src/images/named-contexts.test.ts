import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project } from "../model.ts";
import { scriptedContext } from "../testing/scripted-context.ts";
import { nameContexts, withStages } from "./named-contexts.ts";

describe("withStages()", () => {
  it("puts stages behind what counts for all stages, and before the first", () => {
    const dockerfile = "# syntax=docker/dockerfile:1\nARG VERSION=1\n\nfrom base:$VERSION\nCOPY --from=assets / /\n";
    assert.equal(
      withStages(dockerfile, new Map([["assets", "sha256:1"]])),
      "# syntax=docker/dockerfile:1\nARG VERSION=1\n\nFROM sha256:1 AS assets\nfrom base:$VERSION\nCOPY --from=assets / /\n",
    );
  });
});

describe("nameContexts()", () => {
  const base = { name: "base", command: null, entrypoint: null };
  const project: Project = {
    ...{ name: "shop", services: { base }, networks: {}, volumes: {}, configs: {}, secrets: {}, models: {} },
    ...{ disabledServices: {}, workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
  };
  const named = (additional_contexts: Record<string, string>) =>
    nameContexts(scriptedContext({}), project, { ...base, name: "web" }, { context: "/src", additional_contexts });

  it("knows images, and those of other services", async () => {
    const { images } = await named({ a: "docker-image://alpine:3", b: "service:base" });
    assert.deepEqual(
      [...images],
      [
        ["a", "alpine:3"],
        ["b", "shop-base"],
      ],
    );
  });

  it("refuses what is at an address, and services that are not there", async () => {
    await assert.rejects(named({ a: "https://example.org/a.git" }), /the build context a at https:.* is not supported/);
    await assert.rejects(named({ a: "service:bsae" }), /no such service: bsae/);
  });
});
