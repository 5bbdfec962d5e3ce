import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Service } from "../model.ts";
import { filesHash } from "./files-hash.ts";

function aProject(content: string): Project {
  return {
    ...{ name: "shop", services: {}, networks: {}, volumes: {}, secrets: {}, models: {}, disabledServices: {} },
    configs: { page: { name: "page", content }, file: { name: "file", file: "/etc/hosts" } },
    ...{ workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
  };
}

const service: Service = { name: "web", image: "nginx", command: null, entrypoint: null };

describe("filesHash()", () => {
  it("is not there where nothing is written into its containers", () => {
    assert.equal(filesHash(aProject("a"), service), undefined);
    assert.equal(filesHash(aProject("a"), { ...service, configs: [{ source: "file" }] }), undefined);
  });

  it("changes with a config that is written into its containers", () => {
    const reader: Service = { ...service, configs: [{ source: "page" }] };
    const before = filesHash(aProject("a"), reader);
    assert.equal(filesHash(aProject("a"), reader), before);
    assert.notEqual(filesHash(aProject("b"), reader), before);
  });
});
