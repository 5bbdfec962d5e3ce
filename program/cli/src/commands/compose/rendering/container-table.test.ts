import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerRow } from "@skiff/compose/operations/ps";
import { containerTable } from "./container-table.ts";

const CREATED = Math.floor(Date.now() / 1000) - 125;
const ROW: ContainerRow = {
  id: "0123456789abcdef0123456789abcdef",
  name: "shop-web-1",
  names: ["shop-web-1"],
  project: "shop",
  service: "web",
  image: "nginx:1.29",
  command: "/docker-entrypoint.sh nginx -g 'daemon off;'",
  created: CREATED,
  state: "running",
  status: "Up 2 minutes (healthy)",
  health: "healthy",
  exitCode: 0,
  publishers: [
    { url: "0.0.0.0", targetPort: 80, publishedPort: 8080, protocol: "tcp" },
    { url: "", targetPort: 443, publishedPort: 0, protocol: "tcp" },
  ],
  labels: { "com.docker.compose.project": "shop" },
  mounts: ["shop_data"],
  localVolumes: 1,
  networks: ["shop_default"],
};

describe("containerTable()", () => {
  it("shows what people know, aligned", () => {
    assert.equal(
      containerTable([ROW], { whole: false }),
      `NAME         IMAGE        COMMAND                  SERVICE   CREATED         STATUS                   PORTS
shop-web-1   nginx:1.29   "/docker-entrypoint.…"   web       2 minutes ago   Up 2 minutes (healthy)   443/tcp, 0.0.0.0:8080->80/tcp
`,
    );
  });

  it("is a line of JSON for each container, with the fields of docker compose", () => {
    const { CreatedAt, ...fields } = JSON.parse(containerTable([ROW], { format: "json", whole: false }));
    assert.match(CreatedAt, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \w+/);
    assert.deepEqual(fields, {
      Command: '"/docker-entrypoint.…"',
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
      Ports: "443/tcp, 0.0.0.0:8080->80/tcp",
      Project: "shop",
      Publishers: [
        { URL: "0.0.0.0", TargetPort: 80, PublishedPort: 8080, Protocol: "tcp" },
        { URL: "", TargetPort: 443, PublishedPort: 0, Protocol: "tcp" },
      ],
      RunningFor: "2 minutes ago",
      Service: "web",
      Size: "0B",
      State: "running",
      Status: "Up 2 minutes (healthy)",
    });
  });

  for (const [format, want] of [
    ["{{.Name}}: {{.State}}", "shop-web-1: running\n"],
    ["table {{.Name}}\\t{{.RunningFor}}", "NAME         CREATED\nshop-web-1   2 minutes ago\n"],
    ['{{.Label "com.docker.compose.project"}}', "shop\n"],
  ] as const) {
    it(`carries out ${format}`, () => assert.equal(containerTable([ROW], { format, whole: false }), want));
  }

  it("cuts nothing short when it is told so", () => {
    const text = containerTable([ROW], { format: "{{.ID}} {{.Command}}", whole: true });
    assert.equal(text, `${ROW.id} ${JSON.stringify(ROW.command)}\n`);
  });
});
