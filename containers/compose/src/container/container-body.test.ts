import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Service } from "../model.ts";
import { containerBody } from "./container-body.ts";

const project: Project = {
  name: "shop",
  services: {},
  networks: { default: { name: "shop_default", ipam: {} }, back: { name: "shop_back", ipam: {} } },
  volumes: { data: { name: "shop_data" } },
  configs: { page: { name: "shop_page", file: "/src/page.html" }, text: { name: "shop_text", content: "hello" } },
  secrets: { key: { name: "shop_key", file: "/src/key" }, far: { name: "far", external: true } },
  ...{ models: {}, disabledServices: {}, workingDirectory: "/src", composeFiles: [] },
  ...{ environment: {}, profiles: [], warnings: [] },
};

function aService(attributes: Partial<Service>): Service {
  const networks = attributes.network_mode === undefined ? { networks: { default: null } } : {};
  return { name: "web", image: "nginx", command: null, entrypoint: null, ...networks, ...attributes };
}

type Body = Readonly<Record<string, unknown>> & { readonly HostConfig: Readonly<Record<string, unknown>> };

function bodyOf(attributes: Partial<Service>, apiVersion = "1.51"): Body {
  const identity = { name: "shop-web-1", labels: {}, links: [], aliases: true };
  // As it travels: members that are undefined are not there.
  return JSON.parse(JSON.stringify(containerBody(project, aService(attributes), identity, apiVersion).body));
}

const config: { when: string; service: Partial<Service>; want: object }[] = [
  {
    when: "nothing is said",
    service: {},
    want: { Image: "nginx", Tty: false, AttachStdout: true, AttachStdin: false },
  },
  { when: "the command is the image's", service: { command: null }, want: { Cmd: undefined, Entrypoint: undefined } },
  { when: "the command is cleared", service: { command: [] }, want: { Cmd: [] } },
  { when: "the entrypoint is cleared", service: { entrypoint: [] }, want: { Entrypoint: [""] } },
  {
    when: "a variable has no value",
    service: { environment: { A: "1", B: null, C: "" } },
    want: { Env: ["A=1", "B", "C="] },
  },
  {
    when: "a check is given",
    service: { healthcheck: { test: ["CMD", "true"], interval: "1m30s", timeout: "500ms", retries: 3 } },
    want: { Healthcheck: { Test: ["CMD", "true"], Interval: 90e9, Timeout: 5e8, Retries: 3 } },
  },
  {
    when: "the image's check is off",
    service: { healthcheck: { disable: true } },
    want: { Healthcheck: { Test: ["NONE"] } },
  },
  { when: "it may take its time to stop", service: { stop_grace_period: "1m0.5s" }, want: { StopTimeout: 61 } },
  {
    when: "ports are exposed and published",
    service: { expose: ["3000", "8000-8001/udp"], ports: [{ target: 80, published: "8080", protocol: "tcp" }] },
    want: { ExposedPorts: { "3000/tcp": {}, "8000/udp": {}, "8001/udp": {}, "80/tcp": {} } },
  },
];

const host: { when: string; service: Partial<Service>; want: object }[] = [
  {
    when: "a port is published on two addresses",
    service: {
      ports: [
        { target: 80, published: "8080", host_ip: "127.0.0.1" },
        { target: 80, published: "8081" },
      ],
    },
    want: {
      PortBindings: {
        "80/tcp": [
          { HostIp: "127.0.0.1", HostPort: "8080" },
          { HostIp: "", HostPort: "8081" },
        ],
      },
    },
  },
  {
    when: "deploy's limits stand beside the older ones",
    service: {
      mem_limit: "1000",
      cpus: 2,
      deploy: { resources: { limits: { memory: "67108864", cpus: 0.5, pids: 9 } } },
    },
    want: { Memory: 67108864, NanoCpus: 5e8, PidsLimit: 9 },
  },
  {
    when: "it restarts on failure",
    service: { restart: "on-failure:3" },
    want: { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 } },
  },
  {
    when: "deploy says how it restarts",
    service: { restart: "always", deploy: { restart_policy: { condition: "none" } } },
    want: { RestartPolicy: { Name: "no", MaximumRetryCount: 0 } },
  },
  {
    when: "deploy says that it restarts, and not when",
    service: { deploy: { restart_policy: { max_attempts: 2 } } },
    want: { RestartPolicy: { Name: "always", MaximumRetryCount: 2 } },
  },
  {
    when: "paths of the host may be made",
    service: {
      volumes: [
        { type: "bind", source: "/a", target: "/b", read_only: true, bind: { create_host_path: true, selinux: "z" } },
      ],
    },
    want: { Binds: ["/a:/b:ro,z"], Mounts: [] },
  },
  {
    when: "a path of the host must be there",
    service: { volumes: [{ type: "bind", source: "/a", target: "/b", bind: { create_host_path: false } }] },
    want: {
      Binds: [],
      Mounts: [{ Type: "bind", Source: "/a", Target: "/b", ReadOnly: false, BindOptions: { CreateMountpoint: false } }],
    },
  },
  {
    when: "volumes are named and anonymous",
    service: {
      volumes: [
        { type: "volume", source: "data", target: "/data", volume: { nocopy: true } },
        { type: "volume", target: "/cache" },
      ],
    },
    want: {
      Mounts: [
        { Type: "volume", Source: "shop_data", Target: "/data", ReadOnly: false, VolumeOptions: { NoCopy: true } },
        { Type: "volume", Target: "/cache", ReadOnly: false },
      ],
    },
  },
  {
    when: "configs and secrets are files",
    service: {
      configs: [{ source: "page", target: "/www/index.html" }, { source: "text" }],
      secrets: [{ source: "key" }],
    },
    want: {
      Mounts: [
        { Type: "bind", Source: "/src/key", Target: "/run/secrets/key", ReadOnly: true },
        { Type: "bind", Source: "/src/page.html", Target: "/www/index.html", ReadOnly: true },
      ],
    },
  },
  {
    when: "memory file systems have options",
    service: { tmpfs: ["/run", "/tmp:size=64m,mode=1777"] },
    want: { Tmpfs: { "/run": "", "/tmp": "size=64m,mode=1777" } },
  },
  { when: "names have addresses", service: { extra_hosts: ["db=10.0.0.1"] }, want: { ExtraHosts: ["db:10.0.0.1"] } },
  {
    when: "limits are one number or two",
    service: { ulimits: { nproc: 9, nofile: { soft: 1, hard: 2 } } },
    want: {
      Ulimits: [
        { Name: "nproc", Soft: 9, Hard: 9 },
        { Name: "nofile", Soft: 1, Hard: 2 },
      ],
    },
  },
  {
    when: "nothing of the system is hidden",
    service: { security_opt: ["systempaths=unconfined", "no-new-privileges"] },
    want: { SecurityOpt: ["no-new-privileges"], MaskedPaths: [], ReadonlyPaths: [] },
  },
  { when: "it has the host's network", service: { network_mode: "host" }, want: { NetworkMode: "host" } },
];

describe("containerBody()", () => {
  for (const { when, service, want } of config)
    it(`says so in the configuration when ${when}`, () =>
      assert.partialDeepStrictEqual({ ...absent(want), ...bodyOf(service) }, want));
  for (const { when, service, want } of host)
    it(`says so in the host's configuration when ${when}`, () =>
      assert.partialDeepStrictEqual(bodyOf(service).HostConfig, want));

  it("names networks by priority, and the service in each", () => {
    const networks = { default: null, back: { priority: 10, aliases: ["api"], ipv4_address: "10.1.0.9" } };
    const { HostConfig, NetworkingConfig } = bodyOf({ networks });
    assert.equal(HostConfig.NetworkMode, "shop_back");
    assert.deepEqual(NetworkingConfig, {
      EndpointsConfig: {
        shop_back: { Aliases: ["shop-web-1", "web", "api"], IPAMConfig: { IPv4Address: "10.1.0.9" } },
        shop_default: { Aliases: ["shop-web-1", "web"] },
      },
    });
  });

  it("leaves further networks for later where the API takes one only", () => {
    const identity = { name: "shop-web-1", labels: {}, links: [], aliases: true };
    const service = aService({ networks: { back: null, default: null } });
    const { body, laterNetworks } = containerBody(project, service, identity, "1.41");
    const { NetworkingConfig } = body as { NetworkingConfig: { EndpointsConfig: object } };
    assert.deepEqual(Object.keys(NetworkingConfig.EndpointsConfig), ["shop_back"]);
    assert.deepEqual(Object.keys(laterNetworks), ["shop_default"]);
  });

  it("takes over the anonymous volumes of the container before, of the file and of the image", () => {
    const mount = { type: "volume", source: "/v/_data", readOnly: false };
    const inherited = {
      mounts: [
        { ...mount, name: "one", target: "/cache" },
        { ...mount, name: "two", target: "/image" },
        { ...mount, name: "shop_data", target: "/data" },
        { ...mount, name: "three", target: "/neither" },
      ],
      imageVolumes: ["/image"],
    };
    const service = aService({
      volumes: [
        { type: "volume", target: "/cache" },
        { type: "volume", source: "data", target: "/data" },
      ],
    });
    const identity = { name: "shop-web-1", labels: {}, links: [], aliases: true, inherited };
    const { HostConfig } = containerBody(project, service, identity, "1.51").body as Body;
    const sources = (HostConfig.Mounts as { Source: string; Target: string }[]).map(({ Source, Target }) => [
      Target,
      Source,
    ]);
    assert.deepEqual(Object.fromEntries(sources), { "/cache": "one", "/image": "two", "/data": "shop_data" });
  });

  it("refuses a secret that only a cluster has", () => {
    assert.throws(() => bodyOf({ secrets: [{ source: "far" }] }), /^Error: unsupported external secret far$/);
  });
});

/** Members that are to be absent: a partial comparison needs them to be there as undefined. */
function absent(want: object): object {
  return Object.fromEntries(
    Object.entries(want).flatMap(([name, value]) => (value === undefined ? [[name, value]] : [])),
  );
}
