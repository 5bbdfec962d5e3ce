// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Service } from "../model.ts";
import { loadThese } from "../testing/project-directory.ts";

const tcp = { mode: "ingress", protocol: "tcp" } as const;

/** What is written of a service, and what it becomes; `DIR` is the project directory. */
const table: readonly { readonly written: string; readonly want: Partial<Service> }[] = [
  { written: "ports: [80]", want: { ports: [{ ...tcp, target: 80 }] } },
  { written: 'ports: ["80"]', want: { ports: [{ ...tcp, target: 80 }] } },
  { written: "ports: [8080:80]", want: { ports: [{ ...tcp, target: 80, published: "8080" }] } },
  {
    written: "ports: [127.0.0.1:8080:80/udp]",
    want: { ports: [{ mode: "ingress", protocol: "udp", host_ip: "127.0.0.1", target: 80, published: "8080" }] },
  },
  { written: "ports: ['127.0.0.1::80']", want: { ports: [{ ...tcp, host_ip: "127.0.0.1", target: 80 }] } },
  { written: "ports: ['[::1]:8080:80']", want: { ports: [{ ...tcp, host_ip: "::1", target: 80, published: "8080" }] } },
  { written: "ports: ['::1:8080:80']", want: { ports: [{ ...tcp, host_ip: "::1", target: 80, published: "8080" }] } },
  {
    written: "ports: ['3000-3001']",
    want: {
      ports: [
        { ...tcp, target: 3000 },
        { ...tcp, target: 3001 },
      ],
    },
  },
  {
    written: "ports: ['9000-9001:80-81']",
    want: {
      ports: [
        { ...tcp, target: 80, published: "9000" },
        { ...tcp, target: 81, published: "9001" },
      ],
    },
  },
  { written: "ports: ['9000-9005:80']", want: { ports: [{ ...tcp, target: 80, published: "9000-9005" }] } },
  { written: "ports: [{target: 80}]", want: { ports: [{ ...tcp, target: 80 }] } },
  {
    written: "ports: [{target: '80', published: 8080, mode: host, host_ip: 1.2.3.4, app_protocol: http, name: web}]",
    want: {
      ports: [
        {
          mode: "host",
          protocol: "tcp",
          target: 80,
          published: "8080",
          host_ip: "1.2.3.4",
          app_protocol: "http",
          name: "web",
        },
      ],
    },
  },
  { written: "volumes: [/data]", want: { volumes: [{ type: "volume", target: "/data", volume: {} }] } },
  {
    written: "volumes: ['v:/data:ro,nocopy']",
    want: { volumes: [{ type: "volume", source: "v", target: "/data", read_only: true, volume: { nocopy: true } }] },
  },
  {
    written: "volumes: [./x:/data/]",
    want: { volumes: [{ type: "bind", source: "DIR/x", target: "/data", bind: { create_host_path: true } }] },
  },
  {
    written: "volumes: ['..:/data:z,rslave']",
    want: {
      volumes: [
        {
          type: "bind",
          source: "DIR/..",
          target: "/data",
          bind: { create_host_path: true, selinux: "z", propagation: "rslave" },
        },
      ],
    },
  },
  {
    written: "volumes: ['~/x:/data']",
    want: { volumes: [{ type: "bind", source: "/home/me/x", target: "/data", bind: { create_host_path: true } }] },
  },
  {
    written: "volumes: [{type: bind, source: x, target: /data, bind: {create_host_path: false}}]",
    want: { volumes: [{ type: "bind", source: "DIR/x", target: "/data", bind: { create_host_path: false } }] },
  },
  {
    written: "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 01777}}]",
    want: { volumes: [{ type: "tmpfs", target: "/t", tmpfs: { size: "67108864", mode: "01777" } }] },
  },
  { written: 'command: sh -c \'echo "a b"\' "x y" z\\ w', want: { command: ["sh", "-c", 'echo "a b"', "x y", "z w"] } },
  { written: "command: a && b; c", want: { command: ["a"] } },
  { written: "command: [a, a, 1]", want: { command: ["a", "a", "1"] } },
  { written: "command: []", want: { command: [] } },
  { written: "command: ''", want: { command: [] } },
  { written: "entrypoint: null", want: {} },
  { written: "environment: [A=1, B=, C, D=x=y]", want: { environment: { A: "1", B: "", C: "caller", D: "x=y" } } },
  {
    written: "environment: {A: 1, B: 1.50, C: true, D: null, E: '', F: yes, G: 010}",
    want: { environment: { A: "1", B: "1.5", C: "true", D: null, E: "", F: "yes", G: "8" } },
  },
  { written: "labels: [$C=1]", want: { labels: { caller: "1" } } },
  { written: "labels: {$C: 1}", want: { labels: { $C: "1" } } },
  { written: "build: .", want: { build: { context: "DIR", dockerfile: "Dockerfile" } } },
  {
    written: "build: https://example.org/repo.git#main:docker",
    want: { build: { context: "https://example.org/repo.git#main:docker", dockerfile: "Dockerfile" } },
  },
  {
    written:
      "build: {dockerfile_inline: FROM x, args: [C, X=1, UNSET], ssh: default, additional_contexts: [a=./y, b=docker-image://i]}",
    want: {
      build: {
        context: "DIR",
        dockerfile_inline: "FROM x",
        args: { C: "caller", X: "1" },
        ssh: ["default"],
        additional_contexts: { a: "DIR/y", b: "docker-image://i" },
      },
    },
  },
  {
    written: "build: {context: x, ssh: {k: /key}, shm_size: 2gb, ulimits: {nofile: 9}}",
    want: {
      build: {
        context: "DIR/x",
        dockerfile: "Dockerfile",
        ssh: ["k=/key"],
        shm_size: "2147483648",
        ulimits: { nofile: 9 },
      },
    },
  },
  {
    written: "healthcheck: {test: curl -f x, interval: 1m30s, timeout: 500ms, retries: '3', start_period: 1h}",
    want: {
      healthcheck: {
        test: ["CMD-SHELL", "curl -f x"],
        interval: "1m30s",
        timeout: "500ms",
        retries: 3,
        start_period: "1h0m0s",
      },
    },
  },
  { written: "healthcheck: {disable: true}", want: { healthcheck: { disable: true } } },
  { written: "mem_limit: 1.5g", want: { mem_limit: "1610612736" } },
  { written: "mem_limit: 1000000", want: { mem_limit: "1000000" } },
  { written: "cpu_rt_period: 1400us", want: { cpu_rt_period: 1400 } },
  { written: "cpu_rt_runtime: 95000", want: { cpu_rt_runtime: 95000 } },
  { written: "memswap_limit: -1", want: { memswap_limit: "-1" } },
  { written: "cpus: '0.5'", want: { cpus: 0.5 } },
  { written: "privileged: 'yes'", want: { privileged: true } },
  { written: "stop_grace_period: 90s", want: { stop_grace_period: "1m30s" } },
  {
    written: "devices: [/dev/a, '/dev/b:/dev/c:r']",
    want: {
      devices: [
        { source: "/dev/a", target: "/dev/a", permissions: "rwm" },
        { source: "/dev/b", target: "/dev/c", permissions: "r" },
      ],
    },
  },
  { written: "gpus: all", want: { gpus: [{ count: -1 }] } },
  {
    written: "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}}",
    want: { deploy: { resources: { reservations: { devices: [{ capabilities: ["gpu"], count: -1 }] } } } },
  },
  { written: "extra_hosts: ['a:1.2.3.4', 'b=::1', 'c:[::2]']", want: { extra_hosts: ["a=1.2.3.4", "b=::1", "c=::2"] } },
  { written: "extra_hosts: {a: [1.1.1.1, 2.2.2.2]}", want: { extra_hosts: ["a=1.1.1.1", "a=2.2.2.2"] } },
  { written: "expose: [80, '90/udp', 100-110]", want: { expose: ["80", "90/udp", "100-110"] } },
  {
    written: "secrets: [s, {source: s, target: other, mode: 0400, uid: '1'}]",
    want: {
      secrets: [
        { source: "s", target: "/run/secrets/s" },
        { source: "s", target: "other", mode: "0400", uid: "1" },
      ],
    },
  },
  {
    written: "configs: [{source: c, target: /etc/c, mode: '0440'}]",
    want: { configs: [{ source: "c", target: "/etc/c", mode: "0440" }] },
  },
  { written: "configs: [c]", want: { configs: [{ source: "c" }] } },
  { written: "pull_policy: if_not_present", want: { pull_policy: "missing" } },
  { written: "network_mode: host", want: { network_mode: "host" } },
  {
    written: "networks: {n: {ipv4_address: 10.0.0.2, priority: 5}}",
    want: { networks: { n: { ipv4_address: "10.0.0.2", priority: 5 } } },
  },
  {
    written: "ulimits: {nproc: 65535, nofile: {soft: 1, hard: '2'}}",
    want: { ulimits: { nproc: 65535, nofile: { soft: 1, hard: 2 } } },
  },
  {
    written: "develop: {watch: [{path: src, action: sync, target: /app, ignore: node_modules/}]}",
    want: { develop: { watch: [{ path: "DIR/src", action: "sync", target: "/app", ignore: ["node_modules/"] }] } },
  },
  {
    written: "post_start: [{command: echo hi, user: root}]",
    want: { post_start: [{ command: ["echo", "hi"], user: "root" }] },
  },
  {
    written: "logging: {driver: d, options: {max-size: 10m, max-file: 3}}",
    want: { logging: { driver: "d", options: { "max-size": "10m", "max-file": "3" } } },
  },
  {
    written: "blkio_config: {weight: 300, device_read_bps: [{path: /dev/sda, rate: 12mb}]}",
    want: { blkio_config: { weight: 300, device_read_bps: [{ path: "/dev/sda", rate: "12582912" }] } },
  },
  { written: "restart: no", want: { restart: "no" } },
  { written: "tmpfs: /run:size=1m", want: { tmpfs: ["/run:size=1m"] } },
  { written: "x-note: {any: [1, two]}", want: { "x-note": { any: [1, "two"] } } },
  { written: "scale: 3", want: { scale: 3 } },
];

describe("attributes of a service", () => {
  for (const { written, want } of table) {
    it(`have one canonical form: ${written}`, async (t) => {
      const text = `services:\n  a:\n    image: i\n    ${written}\nvolumes: {v: {}}\nnetworks: {n: {}}\nsecrets: {s: {file: s}}\nconfigs: {c: {content: c}}\n`;
      const project = await loadThese(t, { "compose.yaml": text }, { environment: { HOME: "/home/me", C: "caller" } });
      const { name, image, command, entrypoint, networks, ...rest } =
        project.services.a ?? assert.fail("the service is gone");
      const named = networks?.default === null ? rest : networks === undefined ? rest : { ...rest, networks };
      const got = {
        ...named,
        ...(command === null ? {} : { command }),
        ...(entrypoint === null ? {} : { entrypoint }),
      };
      const parent = project.workingDirectory.replace(/\/project$/, "");
      const expected = JSON.stringify(want).replaceAll("DIR/..", parent).replaceAll("DIR", project.workingDirectory);
      assert.deepEqual(got, JSON.parse(expected));
    });
  }

  it("may come from anchors, aliases and merge keys", async (t) => {
    const text = `
x-base: &base {restart: always, environment: &env {A: 1}}
services:
  a: {<<: *base, image: i}
  b: {<<: [*base, {restart: no}], image: i, environment: {<<: *env, B: 2}}
`;
    const { services } = await loadThese(t, { "compose.yaml": text });
    assert.deepEqual([services.a?.restart, services.b?.restart], ["always", "always"]);
    assert.deepEqual(services.b?.environment, { A: "1", B: "2" });
  });

  it("take their environment from files, the later ones and the service's own winning", async (t) => {
    const files = {
      "compose.yaml":
        "services:\n  a:\n    image: i\n    env_file: [one.env, {path: two.env}, {path: none.env, required: false}, {path: raw.env, format: raw}]\n    environment: {OWN: own, B: mine}\n    label_file: labels\n    labels: {l: own}\n",
      "one.env": "A=1\nB=1\nC=${HOST}\n",
      "two.env": "A=2\n",
      "raw.env": "R='$HOST'\n",
      labels: "l=file\nm=file\n",
    };
    const { services } = await loadThese(t, files, { environment: { HOST: "h", B: "caller's" } });
    assert.deepEqual(services.a?.environment, { A: "2", B: "mine", C: "h", OWN: "own", R: "'$HOST'" });
    assert.deepEqual(services.a?.labels, { l: "own", m: "file" });
    assert.equal(services.a?.env_file, undefined);
  });
});

describe("resources of a project", () => {
  const resources = [
    { when: "nothing is said of it", written: "volumes: {r: }", want: { name: "project_r" } },
    { when: "it has a name", written: "volumes: {r: {name: real}}", want: { name: "real" } },
    { when: "it is external", written: "volumes: {r: {external: true}}", want: { name: "r", external: true } },
    {
      when: "it is external by another name",
      written: "volumes: {r: {external: true, name: real}}",
      want: { name: "real", external: true },
    },
    {
      when: "its external name is in the older form",
      written: "volumes: {r: {external: {name: real}}}",
      want: { name: "real", external: true },
    },
    {
      when: "it is not external after all",
      written: "volumes: {r: {external: false, labels: [a]}}",
      want: { name: "project_r", labels: { a: "" } },
    },
    {
      when: "it is a bind mount of the local driver",
      written: "volumes: {r: {driver_opts: {type: none, o: bind, device: ./x}}}",
      want: { name: "project_r", driver_opts: { type: "none", o: "bind", device: "DIR/x" } },
    },
  ];
  for (const { when, written, want } of resources) {
    it(`have their real name when ${when}`, async (t) => {
      const project = await loadThese(t, {
        "compose.yaml": `services: {a: {image: i, volumes: [r:/r]}}\n${written}\n`,
      });
      assert.deepEqual(project.volumes.r, JSON.parse(JSON.stringify(want).replaceAll("DIR", project.workingDirectory)));
    });
  }
});
