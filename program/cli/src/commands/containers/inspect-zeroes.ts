/** What templates see in fields that answers leave out or give as null: the zero values of Docker's types. */
import type { Kind } from "./inspect.ts";

interface Zeroes {
  readonly [field: string]: unknown;
}

/** A list, or an object of any names, that is not there: templates see an empty one, JSON null. */
class Absent {
  readonly empty: object;
  /** What its elements have. */
  readonly element: Zeroes;

  constructor(empty: object, element: Zeroes = {}) {
    this.empty = Object.defineProperty(empty, "toJSON", { value: () => null });
    this.element = element;
  }
}

const list = (element: Zeroes = {}): Absent => new Absent([], element);
/** An element without fields, which Go prints as `{}`. */
class EmptyStruct {
  toString(): string {
    return "{}";
  }
}

const set = (): Absent => new Absent({}, { isSet: true });
const map = (element: Zeroes = {}): Absent => new Absent({}, element);

const CONTAINER_CONFIG: Zeroes = {
  Cmd: list(),
  Domainname: "",
  Entrypoint: list(),
  Env: list(),
  ExposedPorts: set(),
  Healthcheck: null,
  Hostname: "",
  Labels: map(),
  OnBuild: list(),
  Shell: list(),
  StopSignal: "",
  StopTimeout: null,
  User: "",
  Volumes: set(),
  WorkingDir: "",
};

const LISTS_OF_LIMITS = [
  ...["Binds", "BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps", "BlkioDeviceWriteIOps"],
  ...["BlkioWeightDevice", "CapAdd", "CapDrop", "DeviceCgroupRules", "DeviceRequests", "Devices", "Dns", "DnsOptions"],
  ...["DnsSearch", "ExtraHosts", "GroupAdd", "Links", "MaskedPaths", "Mounts", "ReadonlyPaths", "SecurityOpt"],
  ...["Ulimits", "VolumesFrom"],
];

const HOST_CONFIG: Zeroes = {
  ...Object.fromEntries(LISTS_OF_LIMITS.map((name) => [name, list()])),
  Annotations: map(),
  Init: null,
  LogConfig: { Config: map() },
  OomKillDisable: null,
  PidsLimit: null,
  PortBindings: map(),
  StorageOpt: map(),
  Sysctls: map(),
  Tmpfs: map(),
};

const ENDPOINT: Zeroes = { Aliases: list(), DNSNames: list(), DriverOpts: map(), IPAMConfig: null, Links: list() };

const ZEROES: Readonly<Record<Kind, Zeroes>> = {
  container: {
    Args: list(),
    Config: CONTAINER_CONFIG,
    ExecIDs: list(),
    HostConfig: HOST_CONFIG,
    Mounts: list({ Driver: "", Mode: "", Name: "", Propagation: "" }),
    NetworkSettings: { Networks: map(ENDPOINT), Ports: map() },
    SizeRootFs: null,
    SizeRw: null,
    State: { Error: "", Health: null },
  },
  image: { Author: "", Comment: "", Config: CONTAINER_CONFIG, RepoDigests: list(), RepoTags: list() },
  network: {
    Containers: map(),
    IPAM: { Config: list({ AuxiliaryAddresses: map(), Gateway: "", IPRange: "" }), Options: map() },
    Labels: map(),
    Options: map(),
  },
  volume: { Labels: map(), Options: map(), Status: map() },
};

/** A copy of an answer in which those fields have their zero values. They are inherited: JSON of it is as before. */
export function withZeroes(kind: Kind, answer: object): object {
  return withDefaults(answer, ZEROES[kind]);
}

/** A copy of `value` that inherits what it has not. */
export function withDefaults(value: object, zeroes: Zeroes): object {
  const above = Object.entries(zeroes).map(([name, zero]) => [name, zero instanceof Absent ? zero.empty : zero]);
  const copy: Record<string, unknown> = Object.create(Object.fromEntries(above));
  for (const [name, own] of Object.entries(value)) copy[name] = nested(own, zeroes[name]);
  return copy;
}

function nested(own: unknown, zero: unknown): unknown {
  if (typeof own !== "object" || own === null) return own;
  if (zero instanceof Absent) {
    const inner = (item: unknown) =>
      zero.element.isSet ? new EmptyStruct() : Object.keys(zero.element).length > 0 ? nested(item, zero.element) : item;
    if (Array.isArray(own)) return own.map(inner);
    // Go writes such objects sorted.
    const entries = Object.entries(own).sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(entries.map(([name, item]) => [name, inner(item)]));
  }
  const isNested = typeof zero === "object" && zero !== null && !Array.isArray(own);
  return isNested ? withDefaults(own, zero as Zeroes) : own;
}
