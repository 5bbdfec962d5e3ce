import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Service } from "../model.ts";
import { loadThese } from "../testing/project-directory.ts";

/** Both files have a service `a`, whose attributes are given here in YAML's flow form or by lines. */
const table: readonly { when: string; base: string; over: string; want: Partial<Service> }[] = [
  { when: "a scalar is given again", base: "user: one", over: "user: two", want: { user: "two" } },
  { when: "attributes are added", base: "user: one", over: "tty: true", want: { user: "one", tty: true } },
  {
    when: "environments meet, as mapping and as list",
    base: "environment: {A: 1, B: 1}",
    over: "environment: [B=2, C]",
    want: { environment: { A: "1", B: "2", C: null } },
  },
  {
    when: "labels meet",
    base: "labels: [a=1, b]",
    over: "labels: {b: x, c: true}",
    want: { labels: { a: "1", b: "x", c: "true" } },
  },
  { when: "a command is given again", base: "command: [a, b]", over: "command: c d", want: { command: ["c", "d"] } },
  { when: "an entrypoint is given again", base: "entrypoint: a", over: "entrypoint: []", want: { entrypoint: [] } },
  {
    when: "a health test is given again",
    base: "healthcheck: {test: [CMD, a], retries: 3}",
    over: "healthcheck: {test: b}",
    want: { healthcheck: { retries: 3, test: ["CMD-SHELL", "b"] } },
  },
  { when: "lists are added to", base: "cap_add: [A, B]", over: "cap_add: [B, C]", want: { cap_add: ["A", "B", "C"] } },
  {
    when: "one string meets a list",
    base: "dns: 1.1.1.1",
    over: "dns: [8.8.8.8]",
    want: { dns: ["1.1.1.1", "8.8.8.8"] },
  },
  {
    when: "ports are the same",
    base: 'ports: ["80:80"]',
    over: 'ports: ["80:80", "81:80"]',
    want: { ports: [aPort(80, "80"), aPort(80, "81")] },
  },
  {
    when: "ports are the same in the long form",
    base: 'ports: ["80:80"]',
    over: "ports: [{target: 80, published: 80, mode: host}]",
    want: { ports: [{ ...aPort(80, "80"), mode: "host" }] },
  },
  {
    when: "volumes have the same target",
    base: "volumes: [/x:/data, /y:/other]",
    over: "volumes: [/z:/data:ro]",
    want: { volumes: [{ ...aBind("/z", "/data"), read_only: true }, aBind("/y", "/other")] },
  },
  {
    when: "secrets have the same target",
    base: "secrets: [s]",
    over: "secrets: [{source: t, target: /run/secrets/s}]",
    want: { secrets: [{ source: "t", target: "/run/secrets/s" }] },
  },
  {
    when: "devices have the same target",
    base: "devices: [/dev/a:/dev/x]",
    over: "devices: [/dev/b:/dev/x:r]",
    want: { devices: [{ source: "/dev/b", target: "/dev/x", permissions: "r" }] },
  },
  {
    when: "dependencies are listed and then conditioned",
    base: "depends_on: [b, c]",
    over: "depends_on: {b: {condition: service_healthy}}",
    want: {
      depends_on: {
        b: { condition: "service_healthy", required: true },
        c: { condition: "service_started", required: true },
      },
    },
  },
  {
    when: "a network gets an alias",
    base: "networks: [n, m]",
    over: "networks: {n: {aliases: [x]}}",
    want: { networks: { m: null, n: { aliases: ["x"] } } },
  },
  {
    when: "a network has an alias and is listed again",
    base: "networks: {n: {aliases: [x]}}",
    over: "networks: [n]",
    want: { networks: { n: { aliases: ["x"] } } },
  },
  {
    when: "logging has the same driver",
    base: "logging: {driver: d, options: {a: 1}}",
    over: "logging: {driver: d, options: {b: 2}}",
    want: { logging: { driver: "d", options: { a: "1", b: "2" } } },
  },
  {
    when: "logging has another driver",
    base: "logging: {driver: d, options: {a: 1}}",
    over: "logging: {driver: e, options: {b: 2}}",
    want: { logging: { driver: "e", options: { b: "2" } } },
  },
  {
    when: "logging has no driver the second time",
    base: "logging: {driver: d, options: {a: 1}}",
    over: "logging: {options: {b: 2}}",
    want: { logging: { driver: "d", options: { a: "1", b: "2" } } },
  },
  {
    when: "an ulimit goes from one number to two",
    base: "ulimits: {nofile: 10, nproc: 5}",
    over: "ulimits: {nofile: {soft: 1, hard: 2}}",
    want: { ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 5 } },
  },
  {
    when: "extra hosts meet",
    base: "extra_hosts: [a:1.1.1.1]",
    over: "extra_hosts: {a: 1.1.1.1, b: 2.2.2.2}",
    want: { extra_hosts: ["a=1.1.1.1", "b=2.2.2.2"] },
  },
  {
    when: "a build is a string and then a mapping",
    base: "build: /ctx",
    over: "build: {target: t, args: [A=1]}",
    want: { build: { context: "/ctx", dockerfile: "Dockerfile", target: "t", args: { A: "1" } } },
  },
  {
    when: "deploy is nested",
    base: "deploy: {replicas: 2, resources: {limits: {cpus: 1}}}",
    over: "deploy: {resources: {limits: {memory: 1k}}}",
    want: { deploy: { replicas: 2, resources: { limits: { cpus: 1, memory: "1024" } } } },
  },
  { when: "tmpfs is added to", base: "tmpfs: /a", over: "tmpfs: [/b]", want: { tmpfs: ["/a", "/b"] } },
  {
    when: "sysctls meet",
    base: "sysctls: [a=1]",
    over: "sysctls: {a: 2, b: 3}",
    want: { sysctls: { a: "2", b: "3" } },
  },
  { when: "an attribute is reset", base: "user: one\n    tty: true", over: "user: !reset null", want: { tty: true } },
  { when: "a list is reset", base: 'ports: ["80:80"]', over: "ports: !reset []", want: {} },
  {
    when: "one variable is reset",
    base: "environment: {A: 1, B: 2}",
    over: "environment: {A: !reset null}",
    want: { environment: { B: "2" } },
  },
  {
    when: "a nested attribute is reset",
    base: "deploy: {replicas: 2, mode: global}",
    over: "deploy: {replicas: !reset null}",
    want: { deploy: { mode: "global" } },
  },
  {
    when: "a list is overridden",
    base: 'ports: ["80:80"]',
    over: 'ports: !override ["81:80"]',
    want: { ports: [aPort(80, "81")] },
  },
  {
    when: "a mapping is overridden",
    base: "environment: {A: 1}",
    over: "environment: !override {B: 2}",
    want: { environment: { B: "2" } },
  },
  { when: "what is reset was not there", base: "user: one", over: "tty: !reset true", want: { user: "one" } },
  { when: "an extension is given again", base: "x-a: {k: 1, l: 2}", over: "x-a: {k: 3}", want: { "x-a": { k: 3 } } },
];

const around = {
  others: "  b: {image: i}\n  c: {image: i}\n",
  resources: "networks: {n: {}, m: {}}\nsecrets: {s: {file: /s}, t: {file: /t}}\n",
};

describe("merging of files", () => {
  for (const { when, base, over, want } of table) {
    it(`follows the rules when ${when}`, async (t) => {
      const files = {
        "one.yaml": `services:\n  a:\n    image: i\n    ${base}\n${around.others}${around.resources}`,
        "two.yaml": `services:\n  a:\n    ${over}\n`,
      };
      const { services } = await loadThese(t, files, { files: ["one.yaml", "two.yaml"] });
      const { name, image, command, entrypoint, networks, ...rest } = services.a ?? assert.fail("the service is gone");
      const got = { ...rest, ...(command === null ? {} : { command }), ...(entrypoint === null ? {} : { entrypoint }) };
      assert.deepEqual(networks?.default === null ? got : { ...got, networks }, want);
    });
  }

  it("takes services and resources away that a later file resets", async (t) => {
    const files = {
      "one.yaml": "services:\n  a: {image: i, volumes: [v:/v]}\n  b: {image: i}\nvolumes:\n  v: {driver: d}\n",
      "two.yaml": "services:\n  b: !reset null\nvolumes:\n  v: !override {labels: [x=y]}\n",
    };
    const project = await loadThese(t, files, { files: ["one.yaml", "two.yaml"] });
    assert.deepEqual(Object.keys(project.services), ["a"]);
    assert.deepEqual(project.volumes, { v: { name: "project_v", labels: { x: "y" } } });
  });

  it("passes over attributes and services that a later file leaves empty", async (t) => {
    const files = {
      "one.yaml":
        "services:\n  a: {image: i, ports: [80], environment: {A: 1}, command: [x]}\nnetworks: {default: {driver: d}}\n",
      "two.yaml": "services:\n  a:\n    ports:\n    environment:\n      A:\n    command:\nnetworks:\n",
      "three.yaml": "services:\n  a:\n",
    };
    const project = await loadThese(t, files, { files: ["one.yaml", "two.yaml", "three.yaml"] });
    const { ports, environment, command } = project.services.a ?? assert.fail("the service is gone");
    assert.deepEqual([ports?.length, environment, command], [1, { A: null }, null]);
    assert.equal(project.networks.default?.driver, "d");
  });

  it("joins the address pools of a network by their subnet", async (t) => {
    const files = {
      "one.yaml":
        "services: {a: {image: i}}\nnetworks: {default: {ipam: {config: [{subnet: 10.0.0.0/24}, {subnet: 10.0.1.0/24}]}}}\n",
      "two.yaml":
        "networks: {default: {ipam: {config: [{subnet: 10.0.1.0/24, gateway: 10.0.1.9}, {subnet: 10.0.2.0/24}]}}}\n",
    };
    const { networks } = await loadThese(t, files, { files: ["one.yaml", "two.yaml"] });
    assert.deepEqual(networks.default?.ipam.config, [
      { subnet: "10.0.0.0/24" },
      { subnet: "10.0.1.0/24", gateway: "10.0.1.9" },
      { subnet: "10.0.2.0/24" },
    ]);
  });

  it("merges the documents of one file like files", async (t) => {
    const text = "services: {a: {image: one, tty: true}}\n---\nservices: {a: {image: two}}\n";
    const { services } = await loadThese(t, { "compose.yaml": text });
    assert.deepEqual([services.a?.image, services.a?.tty], ["two", true]);
  });

  it("merges the override file that lies beside the one that is found", async (t) => {
    const files = {
      "compose.yaml": "services: {a: {image: one}}",
      "compose.override.yaml": "services: {a: {user: u}}",
    };
    const project = await loadThese(t, files);
    assert.deepEqual([project.services.a?.image, project.services.a?.user], ["one", "u"]);
    assert.equal(project.composeFiles.length, 2);
  });

  it("resolves the paths of all files against the directory of the first", async (t) => {
    const files = { "one.yaml": "services: {a: {build: ./x}}", "deep/two.yaml": "services: {b: {build: ./y}}" };
    const { services, workingDirectory } = await loadThese(t, files, { files: ["one.yaml", "deep/two.yaml"] });
    assert.equal(services.b?.build?.context, `${workingDirectory}/y`);
  });
});

function aPort(target: number, published: string): NonNullable<Service["ports"]>[number] {
  return { mode: "ingress", protocol: "tcp", published, target };
}

function aBind(source: string, target: string): NonNullable<Service["volumes"]>[number] {
  return { type: "bind", source, target, bind: { create_host_path: true } };
}
