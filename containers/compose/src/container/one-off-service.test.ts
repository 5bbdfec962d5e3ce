import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Service } from "../model.ts";
import type { RunOptions } from "../operations/run.ts";
import { oneOffService } from "./one-off-service.ts";

const project: Project = {
  ...{ name: "shop", services: {}, networks: {}, volumes: {}, configs: {}, secrets: {}, models: {} },
  ...{ disabledServices: {}, workingDirectory: "/src", composeFiles: [], profiles: [], warnings: [] },
  environment: { TOKEN: "t" },
};

const service: Service = {
  name: "web",
  image: "shop",
  command: ["serve"],
  entrypoint: ["/entry"],
  environment: { A: "1" },
  container_name: "the-web",
  restart: "always",
  deploy: { restart_policy: { condition: "any" }, replicas: 3 },
  ports: [{ target: 80, published: "8080" }],
  volumes: [{ type: "volume", source: "data", target: "/data" }],
  cap_add: ["NET_ADMIN"],
};

const table: { when: string; options: Partial<RunOptions>; want: object }[] = [
  { when: "nothing is said", options: {}, want: { command: ["serve"], entrypoint: ["/entry"], ports: [] } },
  { when: "a command is given", options: { command: ["sh"] }, want: { command: ["sh"], entrypoint: ["/entry"] } },
  { when: "an entrypoint is given", options: { entrypoint: ["sh"] }, want: { command: [], entrypoint: ["sh"] } },
  {
    when: "variables are given",
    options: { environment: ["B=2=3", "TOKEN", "NONE"] },
    want: { environment: { A: "1", B: "2=3", TOKEN: "t" } },
  },
  {
    when: "the service's ports are wanted",
    options: { servicePorts: true },
    want: { ports: [{ target: 80, published: "8080" }] },
  },
  {
    when: "a port is given",
    options: { publish: ["127.0.0.1:9000:90/udp"] },
    want: { ports: [{ host_ip: "127.0.0.1", mode: "ingress", protocol: "udp", published: "9000", target: 90 }] },
  },
  {
    when: "a volume stands in the place of the service's",
    options: { volumes: ["./here:/data:ro"] },
    want: {
      volumes: [
        { bind: { create_host_path: true }, read_only: true, source: "/src/here", target: "/data", type: "bind" },
      ],
    },
  },
  {
    when: "capabilities are taken and given",
    options: { capDrop: ["NET_ADMIN"], capAdd: ["SYS_TIME"] },
    want: { cap_add: ["SYS_TIME"], cap_drop: ["NET_ADMIN"] },
  },
];

describe("oneOffService()", () => {
  for (const { when, options, want } of table)
    it(`is as asked when ${when}`, () => {
      const made = oneOffService(project, service, {
        service: "web",
        command: [],
        tty: false,
        interactive: false,
        ...options,
      });
      assert.partialDeepStrictEqual(made, want);
    });

  it("is not restarted, and has no name that another has", () => {
    const made = oneOffService(project, service, { service: "web", command: [], tty: true, interactive: true });
    assert.deepEqual(
      [made.restart, made.container_name, made.deploy, made.tty, made.stdin_open],
      [undefined, undefined, { replicas: 3 }, true, true],
    );
  });

  it("says which option is malformed", () => {
    const options = { service: "web", command: [], tty: false, interactive: false, publish: ["x:y"] };
    assert.throws(() => oneOffService(project, service, options), /--publish.*"x:y" is no port/);
  });
});
