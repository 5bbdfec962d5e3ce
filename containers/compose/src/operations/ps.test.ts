import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DockerClient } from "@skiff/docker/client";
import { LABEL } from "../plan/labels.ts";
import type { ContainerSummary } from "../read/project-containers.ts";
import { port } from "./port.ts";
import { ps, rowOf } from "./ps.ts";

const summary = (more: Partial<ContainerSummary> = {}): ContainerSummary => ({
  Id: "0123",
  Names: ["/shop-web-1", "/shop-db-1/web"],
  Image: "nginx",
  ImageID: "sha256:4567",
  Command: "nginx",
  Created: 1_700_000_000,
  State: "running",
  Status: "Up 2 minutes",
  Labels: { [LABEL.project]: "shop", [LABEL.service]: "web", [LABEL.number]: "1", [LABEL.oneOff]: "False" },
  Ports: [],
  Mounts: [],
  ...more,
});
const clientOf = (...containers: readonly ContainerSummary[]) => {
  const asked: (string | undefined)[] = [];
  const client = {
    async json(_path: string, { query }: { query: Record<string, string> }) {
      asked.push(query.filters);
      return containers;
    },
  } as unknown as DockerClient;
  return { client, asked };
};

describe("rowOf()", () => {
  const cases = [
    { when: "it runs", given: {}, want: { name: "shop-web-1", service: "web", exitCode: 0, health: "" } },
    { when: "it is healthy", given: { Status: "Up 2 hours (healthy)" }, want: { health: "healthy" } },
    {
      when: "its check has just begun",
      given: { Status: "Up 1 second (health: starting)" },
      want: { health: "starting" },
    },
    { when: "it is paused", given: { Status: "Up 2 hours (Paused)" }, want: { health: "" } },
    { when: "it has ended", given: { State: "exited", Status: "Exited (137) 3 days ago" }, want: { exitCode: 137 } },
    {
      when: "it has ports",
      given: {
        Ports: [
          { PrivatePort: 443, Type: "tcp" },
          { IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
          { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
        ],
      },
      want: {
        publishers: [
          { url: "0.0.0.0", targetPort: 80, publishedPort: 8080, protocol: "tcp" },
          { url: "::", targetPort: 80, publishedPort: 8080, protocol: "tcp" },
          { url: "", targetPort: 443, publishedPort: 0, protocol: "tcp" },
        ],
      },
    },
    {
      when: "it has volumes and networks",
      given: {
        Mounts: [{ Name: "shop_data", Driver: "local" }, { Source: "/srv" }],
        NetworkSettings: { Networks: { shop_default: {} } },
      },
      want: { mounts: ["shop_data", "/srv"], localVolumes: 1, networks: ["shop_default"] },
    },
  ];
  for (const { when, given, want } of cases) {
    it(`says what a list entry says when ${when}`, () => assert.partialDeepStrictEqual(rowOf(summary(given)), want));
  }
});

describe("ps()", () => {
  it("asks once, for the project's own containers, and puts them in order", async () => {
    const { client, asked } = clientOf(
      ...["web-10", "web-2", "db-1"].map((name) => summary({ Names: [`/shop-${name}`] })),
    );
    const rows = await ps({ client }, "shop");
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["shop-db-1", "shop-web-2", "shop-web-10"],
    );
    assert.deepEqual(asked, ['{"label":["com.docker.compose.project=shop","com.docker.compose.oneoff=False"]}']);
  });
  it("keeps those of a service, or in a state", async () => {
    const { client } = clientOf(summary(), summary({ State: "exited", Names: ["/shop-web-2"] }));
    assert.deepEqual(
      (await ps({ client }, "shop", { states: ["exited"] })).map(({ name }) => name),
      ["shop-web-2"],
    );
    assert.deepEqual(await ps({ client }, "shop", { services: ["db"] }), []);
  });
});

describe("port()", () => {
  const { client } = clientOf(summary({ Ports: [{ IP: "::1", PrivatePort: 80, PublicPort: 8080, Type: "tcp" }] }));
  const query = { service: "web", port: 80, protocol: "tcp" };
  it("gives the address", async () => assert.equal(await port({ client }, "shop", query), "[::1]:8080"));
  it("says what is published where the port is not", async () => {
    await assert.rejects(port({ client }, "shop", { ...query, protocol: "udp" }), {
      message: "no port 80/udp for container shop-web-1: 80/tcp on [::1]:8080",
    });
  });
  it("says where a service does not run", async () => {
    await assert.rejects(port({ client }, "shop", { ...query, index: 2 }), {
      message: 'service "web" is not running container #2',
    });
  });
});
