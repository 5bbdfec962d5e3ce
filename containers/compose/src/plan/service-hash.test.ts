import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configHash } from "../load/config-hash.ts";
import type { Project, Service } from "../model.ts";
import { serviceHash } from "./service-hash.ts";

function aProject(content: string): Project {
  return {
    ...{ name: "shop", services: {}, networks: {}, volumes: {}, secrets: {}, models: {}, disabledServices: {} },
    configs: { page: { name: "page", content } },
    ...{ workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
  };
}

const service: Service = { name: "web", image: "nginx", command: null, entrypoint: null };

describe("serviceHash()", () => {
  it("is the service's own where nothing is written into its containers", () => {
    assert.equal(serviceHash(aProject("a"), service), configHash(service));
  });

  it("changes with a config that is written into its containers", () => {
    const reader: Service = { ...service, configs: [{ source: "page" }] };
    const before = serviceHash(aProject("a"), reader);
    assert.equal(serviceHash(aProject("a"), reader), before);
    assert.notEqual(serviceHash(aProject("b"), reader), before);
  });
});
