import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { containerFields, containerTable, displayPorts } from "./container-table.ts";
import { formatted } from "./formatted.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const row = (more = {}) => ({
  id: "0123456789abcdef0123456789abcdef",
  name: "shop-web-1",
  names: ["shop-web-1"],
  project: "shop",
  service: "web",
  image: "nginx:1.29",
  command: "/docker-entrypoint.sh nginx -g 'daemon off;'",
  created: NOW / 1000 - 120,
  state: "running",
  status: "Up 2 minutes (healthy)",
  health: "healthy" as const,
  exitCode: 0,
  publishers: [{ url: "0.0.0.0", targetPort: 80, publishedPort: 8080, protocol: "tcp" }],
  labels: { "com.docker.compose.project": "shop" },
  mounts: ["shop_data"],
  localVolumes: 1,
  networks: ["shop_default"],
  ...more,
});

describe("containerTable()", () => {
  it("shows what people know, aligned", () => {
    assert.equal(
      containerTable([containerFields(row(), NOW, { whole: false })]),
      `NAME         IMAGE        COMMAND                  SERVICE   CREATED         STATUS                   PORTS
shop-web-1   nginx:1.29   "/docker-entrypoint.…"   web       2 minutes ago   Up 2 minutes (healthy)   0.0.0.0:8080->80/tcp
`,
    );
  });
});

describe("containerFields()", () => {
  it("names the fields as docker compose does", () => {
    assert.deepEqual(containerFields(row(), NOW, { whole: false }), {
      Command: '"/docker-entrypoint.…"',
      CreatedAt: "2026-11-22 11:58:00 +0000 UTC",
      ExitCode: 0,
      Health: "healthy",
      ID: "0123456789ab",
      Image: "nginx:1.29",
      Labels: "com.docker.compose.project=shop",
      LocalVolumes: "1",
      Mounts: "shop_data",
      Name: "shop-web-1",
      Names: "shop-web-1",
      Networks: "shop_default",
      Ports: "0.0.0.0:8080->80/tcp",
      Project: "shop",
      Publishers: [{ URL: "0.0.0.0", TargetPort: 80, PublishedPort: 8080, Protocol: "tcp" }],
      RunningFor: "2 minutes ago",
      Service: "web",
      Size: "0B",
      State: "running",
      Status: "Up 2 minutes (healthy)",
    });
  });
});

describe("formatted()", () => {
  const containers = [containerFields(row(), NOW, { whole: false })];
  for (const [format, want] of [
    ["{{.Name}}: {{.State}}", "shop-web-1: running\n"],
    ["table {{.Name}}\\t{{.RunningFor}}", "NAME         CREATED\nshop-web-1   2 minutes ago\n"],
    ["{{json .Publishers}}", '[{"URL":"0.0.0.0","TargetPort":80,"PublishedPort":8080,"Protocol":"tcp"}]\n'],
  ] as const) {
    it(`carries out ${format}`, async () => assert.equal(await formatted(format, containers), want));
  }
  it("gives a line of JSON for each", async () => {
    assert.equal(JSON.parse(await formatted("json", containers)).Name, "shop-web-1");
  });
});

describe("displayPorts()", () => {
  const port = (targetPort: number, publishedPort = 0, url = "0.0.0.0", protocol = "tcp") => ({
    ...{ url: publishedPort === 0 ? "" : url, targetPort, publishedPort, protocol },
  });
  const cases = [
    { when: "none is published", ports: [port(80), port(443)], want: "80/tcp, 443/tcp" },
    { when: "they follow each other", ports: [port(80), port(81), port(82)], want: "80-82/tcp" },
    {
      when: "they are published one by one",
      ports: [port(8000, 9000), port(8001, 9001), port(8003, 9003)],
      want: "0.0.0.0:9000-9001->8000-8001/tcp, 0.0.0.0:9003->8003/tcp",
    },
    {
      when: "they are published elsewhere than their number",
      ports: [port(80, 8080), port(81, 9090)],
      want: "0.0.0.0:8080->80/tcp, 0.0.0.0:9090->81/tcp",
    },
    {
      when: "both families and protocols are there",
      ports: [port(53, 53), port(53, 53, "::"), port(53, 53, "0.0.0.0", "udp")],
      want: "0.0.0.0:53->53/tcp, [::]:53->53/tcp, 0.0.0.0:53->53/udp",
    },
  ];
  for (const { when, ports, want } of cases)
    it(`joins ports when ${when}`, () => assert.equal(displayPorts(ports), want));
});
