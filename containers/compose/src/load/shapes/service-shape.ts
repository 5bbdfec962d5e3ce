/** `services.*`: every attribute of a service, and what it may be. */
import { attribute, mapping, scalar, textOf } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { build } from "./build-shape.ts";
import {
  keyOf,
  listOf,
  listOrMap,
  mapOf,
  named,
  object,
  oneOrMore,
  optional,
  sequence,
  shorthand,
  textOrTexts,
  texts,
  withDefault,
} from "./collections.ts";
import { command, develop, healthcheck, hooks } from "./commands-shape.ts";
import { deploy, gpus } from "./deploy-shape.ts";
import { extraHosts } from "./hosts-shape.ts";
import { fileList, mountList } from "./mounts-shape.ts";
import { path } from "./paths.ts";
import { portList } from "./ports-shape.ts";
import {
  atom,
  boolean,
  bytes,
  duration,
  integer,
  looseText,
  microseconds,
  number,
  oneOf,
  text,
  textOrNull,
} from "./scalars.ts";
import { mergeEntries, mustBe, type Shape } from "./shape.ts";
import { ulimits } from "./ulimits-shape.ts";

/** A name of a service, network, volume and the like. */
export const NAME = {
  pattern: /^[a-zA-Z0-9._-]+$/,
  expected: "a name is letters, digits, dots, dashes and underscores",
};

const dependency = object({
  condition: oneOf("service_started", "service_healthy", "service_completed_successfully"),
  required: boolean,
  restart: boolean,
});
const dependsOn = named(
  {
    read: (node, at, reading) =>
      withDefault(dependency.read(node, at, reading), "required", { kind: "scalar", value: true, at: node.at }),
    merge: dependency.merge,
  },
  NAME,
  (name) => mapping({ condition: scalar("service_started", name) }, name),
);

const attachment = optional(
  object({
    aliases: texts,
    interface_name: text,
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: texts,
    mac_address: text,
    driver_opts: mapOf(looseText),
    priority: number(),
    gw_priority: number(),
  }),
);

const loggingAttributes: Readonly<Record<string, Shape>> = { driver: text, options: mapOf(textOrNull) };
const logging: Shape = {
  read: object(loggingAttributes).read,
  // Options of one driver mean nothing to another.
  merge: (base, over, at) => {
    const [before, after] = [textOf(base, "driver"), textOf(over, "driver")];
    if (before !== undefined && after !== undefined && before !== after) return over;
    return mergeEntries(base, over, at, (name) => loggingAttributes[name]);
  },
};

const device = object(
  { source: text, target: text, permissions: text },
  {
    expand: (node, at) => {
      if (node.kind !== "scalar" || typeof node.value !== "string")
        return mustBe(node, at, 'a device such as "/dev/fuse:/dev/fuse:rwm"');
      const [source = "", target = source, permissions = "rwm", more] = node.value.split(":");
      if (more !== undefined || source === "")
        return failAt(node.at, at, `${quoted(node.value)} must be source[:target[:permissions]]`);
      return mapping(
        { source: scalar(source, node), target: scalar(target, node), permissions: scalar(permissions, node) },
        node,
      );
    },
  },
);

const devices = listOf(
  {
    read(node, at, reading) {
      const read = device.read(node, at, reading);
      const source = attribute(read, "source");
      if (read.kind !== "map") return read;
      if (source === undefined) return failAt(read.at, at, "a device needs a source");
      return withDefault(withDefault(read, "target", source), "permissions", scalar("rwm", source));
    },
    merge: device.merge,
  },
  keyOf("target"),
);

const envFile = object(
  { path, required: boolean, format: oneOf("raw") },
  { expand: shorthand("path", "a path or a mapping") },
);
const envFiles = oneOrMore(
  listOf(
    {
      read(node, at, reading) {
        const read = envFile.read(node, at, reading);
        if (read.kind === "map" && !read.entries.has("path")) return failAt(read.at, at, "an env_file needs a path");
        return withDefault(read, "required", { kind: "scalar", value: true, at: read.at });
      },
      merge: envFile.merge,
    },
    keyOf("path"),
  ),
);

const blockRate = listOf(object({ path: text, rate: bytes }), keyOf("path"));
const expose = listOf(
  atom((node, at, reading) => {
    const read = looseText.read(node, at, reading);
    const isPort = read.kind === "scalar" && /^\d{1,5}(?:-\d{1,5})?(?:\/[a-zA-Z]+)?$/.test(String(read.value));
    return isPort ? read : mustBe(node, at, 'a port such as 3000, "8000/udp" or "8000-8010"');
  }),
);
const restart = atom((node, at) => {
  const isPolicy =
    node.kind === "scalar" && /^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/.test(String(node.value));
  return isPolicy && typeof node.value === "string"
    ? node
    : mustBe(node, at, '"no", always, unless-stopped, on-failure or on-failure:<times>');
});
const pullPolicy = atom((node, at) => {
  const written = node.kind === "scalar" ? String(node.value) : "";
  if (written === "if_not_present") return scalar("missing", node);
  if (/^(?:always|never|build|missing|refresh|daily|weekly|every_(?:\d+[wdhms])+)$/.test(written)) return node;
  return mustBe(node, at, "one of always, never, build, missing, if_not_present, daily, weekly or every_<duration>");
});
const containerName = atom((node, at) => {
  const isName =
    node.kind === "scalar" && typeof node.value === "string" && /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(node.value);
  return isName
    ? node
    : mustBe(node, at, "two or more letters, digits, underscores, dots and dashes, beginning with a letter or a digit");
});
const profile = atom((node, at, reading) => {
  const isName = node.kind === "scalar" && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(String(node.value));
  return isName
    ? looseText.read(node, at, reading)
    : mustBe(node, at, "a name of letters, digits, underscores, dots and dashes");
});

/** A service before `extends` is followed. */
export const service: Shape = object({
  annotations: listOrMap(""),
  attach: boolean,
  blkio_config: object({
    weight: integer(0, 1000),
    weight_device: listOf(object({ path: text, weight: integer(0, 1000) }), keyOf("path")),
    device_read_bps: blockRate,
    device_read_iops: blockRate,
    device_write_bps: blockRate,
    device_write_iops: blockRate,
  }),
  build,
  cap_add: texts,
  cap_drop: texts,
  cgroup: oneOf("host", "private"),
  cgroup_parent: text,
  command,
  configs: fileList("/", { isStated: false }),
  container_name: containerName,
  cpu_count: integer(0),
  cpu_percent: number(0, 100),
  cpu_period: integer(0),
  cpu_quota: integer(-1),
  cpu_rt_period: microseconds,
  cpu_rt_runtime: microseconds,
  cpu_shares: integer(0),
  cpus: number(0),
  cpuset: looseText,
  credential_spec: object({ config: text, file: path, registry: text }),
  depends_on: dependsOn,
  deploy,
  develop,
  device_cgroup_rules: texts,
  devices,
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  env_file: envFiles,
  environment: listOrMap(),
  expose,
  extends: object({ service: text, file: text }, { expand: shorthand("service", "a service or a mapping") }),
  external_links: texts,
  extra_hosts: extraHosts,
  gpus,
  group_add: texts,
  healthcheck,
  hostname: text,
  image: text,
  init: boolean,
  ipc: text,
  isolation: text,
  label_file: oneOrMore(listOf(path)),
  labels: listOrMap(""),
  links: texts,
  logging,
  mac_address: text,
  mem_limit: bytes,
  mem_reservation: bytes,
  mem_swappiness: atom((node, at, reading) => {
    const read = integer(-1, 100).read(node, at, reading);
    return read.kind === "scalar" ? scalar(String(read.value), read) : read;
  }),
  memswap_limit: bytes,
  models: named(optional(object({ endpoint_var: text, model_var: text })), NAME, (name) => scalar(null, name)),
  network_mode: text,
  networks: named(attachment, NAME, (name) => scalar(null, name)),
  oom_kill_disable: boolean,
  oom_score_adj: integer(-1000, 1000),
  pid: text,
  pids_limit: integer(-1),
  platform: text,
  ports: portList,
  post_start: hooks,
  pre_stop: hooks,
  privileged: boolean,
  profiles: listOf(profile),
  provider: object({ type: text, options: mapOf(oneOrMore(sequence(looseText))) }),
  pull_policy: pullPolicy,
  pull_refresh_after: duration,
  read_only: boolean,
  restart,
  runtime: text,
  scale: integer(0),
  secrets: fileList("/run/secrets/", { isStated: true }),
  security_opt: texts,
  shm_size: bytes,
  stdin_open: boolean,
  stop_grace_period: duration,
  stop_signal: looseText,
  storage_opt: mapOf(looseText),
  sysctls: listOrMap(""),
  tmpfs: textOrTexts,
  tty: boolean,
  ulimits,
  use_api_socket: boolean,
  user: looseText,
  userns_mode: text,
  uts: text,
  volumes: mountList,
  volumes_from: texts,
  working_dir: text,
});
