import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Service } from "../model.ts";
import { ignoredAttributes } from "./ignored-attributes.ts";

const project: Project = {
  ...{ name: "shop", services: {}, networks: {}, volumes: {}, models: {} },
  configs: { text: { name: "text", content: "x" } },
  secrets: { key: { name: "key", file: "/key" } },
  ...{ disabledServices: {}, workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
};

const table: { when: string; service: Partial<Service>; want: string[] }[] = [
  { when: "nothing is asked", service: { deploy: { mode: "replicated", replicas: 2 } }, want: [] },
  {
    when: "a successor cannot run beside what it replaces",
    service: { ports: [{ target: 80, published: "80" }], deploy: { update_config: { order: "start-first" } } },
    want: ['service "web": deploy.update_config.order is ignored, since two containers cannot publish the same port'],
  },
  {
    when: "a secret that is a file is to have an owner",
    service: { secrets: [{ source: "key", uid: "33" }] },
    want: ["secrets `uid`, `gid` and `mode` are not supported, they will be ignored"],
  },
  {
    when: "a config that is a value is to have a mode",
    service: { configs: [{ source: "text", mode: "0400" }] },
    want: [],
  },
];

describe("ignoredAttributes()", () => {
  for (const { when, service, want } of table)
    it(`are ${want.length} when ${when}`, () => {
      const web: Service = { name: "web", command: null, entrypoint: null, ...service };
      assert.deepEqual(ignoredAttributes({ ...project, services: { web } }), want);
    });
});
