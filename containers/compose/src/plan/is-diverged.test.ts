import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Service } from "../model.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import { isDiverged } from "./is-diverged.ts";

const service: Service = {
  ...{ name: "web", image: "shop", command: null, entrypoint: null },
  networks: { default: null },
  volumes: [{ type: "volume", source: "data", target: "/data" }],
};

const project: Project = {
  ...{ name: "shop", services: { web: service }, configs: {}, secrets: {}, models: {}, disabledServices: {} },
  networks: { default: { name: "shop_default", ipam: {} } },
  volumes: { data: { name: "shop_data" } },
  ...{ workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
};

const mount = { type: "volume", name: "shop_data", source: "/v", target: "/data", readOnly: false };
const container: ObservedContainer = {
  ...{ id: "c", name: "shop-web-1", service: "web", number: 1, oneOff: false, state: "running", status: "" },
  ...{
    configHash: "hash",
    image: "sha256:1",
    networks: { shop_default: "n1" },
    mounts: [mount],
    labels: {},
    createdAt: 0,
  },
};

const expectation = {
  hash: "hash",
  imageId: "sha256:1",
  networks: [{ key: "default", name: "shop_default", id: "n1", configHash: undefined }],
};

const table: {
  when: string;
  container?: Partial<ObservedContainer>;
  expectation?: { hash?: string | undefined; files?: string; imageId?: string | undefined };
  want: boolean;
}[] = [
  { when: "nothing has changed", want: false },
  { when: "its service has changed", container: { configHash: "old" }, want: true },
  { when: "its service is known to change", expectation: { hash: undefined }, want: true },
  {
    when: "what was written into it has changed",
    container: { labels: { "io.skiff.compose.files-hash": "old" } },
    expectation: { files: "new" },
    want: true,
  },
  { when: "what was written into it is not told", expectation: { files: "new" }, want: false },
  { when: "its image has changed", expectation: { imageId: "sha256:2" }, want: true },
  { when: "its image is not there", expectation: { imageId: undefined }, want: false },
  { when: "it lacks a volume", container: { mounts: [] }, want: true },
  { when: "it runs outside its network", container: { networks: {} }, want: true },
  { when: "its network has been made anew", container: { networks: { shop_default: "n0" } }, want: true },
  {
    when: "it is stopped and its network has been made anew",
    container: { state: "exited", networks: { shop_default: "n0" } },
    want: true,
  },
  {
    when: "it is stopped and its network is listed by its id alone",
    container: { state: "exited", networks: { n0: "n0" } },
    want: true,
  },
  { when: "it is stopped and tells no networks", container: { state: "exited", networks: {} }, want: false },
  {
    when: "it has never run, and its networks have no ids yet",
    container: { state: "created", networks: { shop_default: "" } },
    want: false,
  },
];

describe("isDiverged()", () => {
  for (const { when, container: differs, expectation: expects, want } of table)
    it(`is ${want} when ${when}`, () => {
      const actual = { ...container, ...differs };
      assert.equal(isDiverged(project, service, actual, { ...expectation, ...expects }), want);
    });
});
