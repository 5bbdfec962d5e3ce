/** A container in the shapes Docker gives it: what `inspect` and `ps` show. Pure. */
import type {
  Container,
  ContainerMount,
  Health,
  NetworkAttachment,
  OciProcessConfig,
  UserNetwork,
  Volume,
} from "@skiff/engine";
import { endpointShape, networkName } from "../networks/network-shape.ts";
import { type AskedMount, askedMount } from "./asked-mount.ts";
import { configShape, hostConfigShape, imageOf, networkMode, portMap } from "./config-shape.ts";
import { humanDuration } from "./human-duration.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

/** What else there is that a container's description names. */
export interface Surroundings {
  readonly volumes: readonly Volume[];
  readonly networks: readonly UserNetwork[];
}

/** The answer of GET /containers/{id}/json. */
export function inspectShape(
  container: Container,
  {
    execIds,
    volumes,
    networks,
    image,
  }: Surroundings & { readonly execIds: readonly string[]; readonly image?: OciProcessConfig | undefined },
): object {
  const { spec, exit } = container;
  const [path = "", ...args] = container.command;
  const state = stateOf(container);
  const running = ["running", "paused", "restarting"].includes(state);
  return {
    Id: container.id,
    Created: time(container.createdAt),
    Path: path,
    Args: args,
    State: {
      Status: state,
      Running: running,
      Paused: container.state === "paused",
      Restarting: container.state === "restarting",
      OOMKilled: exit?.oom === true,
      Dead: false,
      Pid: container.pid ?? 0,
      ExitCode: exit?.code ?? 0,
      Error: runtimeWords(container.error ?? ""),
      StartedAt: time(container.startedAt),
      FinishedAt: time(container.finishedAt),
      ...(container.health ? { Health: healthShape(container.health) } : {}),
    },
    Image: container.imageId,
    ResolvConfPath: "",
    HostnamePath: "",
    HostsPath: "",
    LogPath: container.logPath,
    Name: `/${container.name}`,
    RestartCount: container.restarts ?? 0,
    Driver: "overlayfs",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: spec.security?.apparmor ?? "",
    ExecIDs: execIds.length === 0 ? null : execIds,
    HostConfig: hostConfigShape(container, networks),
    GraphDriver: { Name: "overlayfs", Data: null },
    Mounts: mounts(container, volumes),
    Config: configShape(container, image),
    NetworkSettings: {
      Bridge: "",
      SandboxID: "",
      SandboxKey: "",
      Ports: portMap(spec.ports),
      ...mainAddress(container),
      Networks: networksOf(container, networks),
    },
  };
}

/** One entry of GET /containers/json. */
export function summaryShape(container: Container, { volumes, networks }: Surroundings, now: number): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: imageOf(container),
    ImageID: container.imageId,
    Command: commandText(container.command),
    Created: Math.floor(container.createdAt / 1000),
    Ports: portsOf(container),
    Labels: container.spec.labels ?? {},
    State: stateOf(container),
    Status: statusText(container, now),
    HostConfig: { NetworkMode: networkMode(container, networks) },
    NetworkSettings: { Networks: networksOf(container, networks) },
    Mounts: mounts(container, volumes),
  };
}

// Arguments with blanks in them are quoted; the program itself never is.
function commandText([program = "", ...args]: readonly string[]): string {
  return [program, ...args.map((word) => (word.includes(" ") ? `'${word}'` : word))].join(" ");
}

/** Published ports and the merely exposed ones; a container that does not run has none. */
function portsOf({ spec, state }: Container): object[] {
  if (state !== "running" && state !== "paused") return [];
  const published = spec.ports ?? [];
  const exposed = Object.keys((spec.asked?.Config?.ExposedPorts as object | undefined) ?? {}).flatMap((text) => {
    const [port, protocol = "tcp"] = text.split("/");
    const isPublished = published.some((each) => each.containerPort === Number(port) && each.protocol === protocol);
    return isPublished ? [] : [{ PrivatePort: Number(port), Type: protocol }];
  });
  return [
    ...exposed,
    ...published.map(({ hostIp = "0.0.0.0", containerPort, hostPort, protocol }) => ({
      ...{ IP: hostIp, PrivatePort: containerPort, PublicPort: hostPort, Type: protocol },
    })),
  ];
}

function healthShape({ status, failingStreak, log }: Health): object {
  return {
    Status: status,
    FailingStreak: failingStreak,
    Log: log.map(({ start, end, exitCode, output }) => ({
      ...{ Start: time(start), End: time(end), ExitCode: exitCode, Output: output },
    })),
  };
}

const HEALTH = { starting: " (health: starting)", healthy: " (healthy)", unhealthy: " (unhealthy)" } as const;

/** What state Docker says a container is in: one that could never be started is still as it was created. */
export function stateOf({ state, startedAt, error }: Container): Container["state"] {
  return state === "exited" && startedAt === undefined && error !== undefined ? "created" : state;
}

/** Why a container did not start, with what Docker puts before the runtime's words: people and programs look for it. */
export function runtimeWords(error: string): string {
  const before = "failed to create task for container: failed to create shim task: OCI runtime create failed: ";
  return error.startsWith("runc create failed: ") ? `${before}${error}` : error;
}

function statusText(container: Container, now: number): string {
  const { startedAt = 0, finishedAt = 0, exit, health } = container;
  switch (stateOf(container)) {
    case "created":
      return "Created";
    case "running":
      return `Up ${humanDuration(now - startedAt)}${health ? HEALTH[health.status] : ""}`;
    case "paused":
      return `Up ${humanDuration(now - startedAt)} (Paused)`;
    case "restarting":
      return `Restarting (${exit?.code ?? 0}) ${humanDuration(now - finishedAt)} ago`;
    case "exited":
      return `Exited (${exit?.code ?? 0}) ${humanDuration(now - finishedAt)} ago`;
  }
}

function mounts({ spec }: Container, volumes: readonly Volume[]): object[] {
  return (spec.mounts ?? []).map((mount) => {
    const asked = askedMount(spec, mount);
    if (mount.type !== "volume") return bindShape(mount, asked);
    const volume = volumes.find(({ name }) => name === mount.source);
    return {
      ...{ Type: "volume", Name: mount.source, Source: volume?.mountpoint ?? "", Destination: mount.target },
      ...{ Driver: "local", Mode: asked.mode, RW: mount.readonly !== true, Propagation: "" },
    };
  });
}

const PROPAGATION = { private: "rprivate", "host-to-container": "rslave", bidirectional: "rshared" } as const;

function bindShape(mount: ContainerMount, asked: AskedMount): object {
  return {
    Type: mount.type,
    Source: mount.source ?? "",
    Destination: mount.target,
    Mode: mount.type === "bind" ? asked.mode : "",
    RW: mount.readonly !== true,
    Propagation: mount.type === "bind" ? (asked.propagation ?? PROPAGATION[mount.propagation ?? "private"]) : "",
  };
}

// Docker repeats the default network's endpoint at the top.
function mainAddress({ endpoints = [] }: Container): object {
  const main = endpoints.find(({ network }) => network === "bridge");
  return {
    IPAddress: main?.address ?? "",
    IPPrefixLen: main?.prefixLength ?? 0,
    Gateway: main?.gateway ?? "",
    MacAddress: main?.hardwareAddress ?? "",
  };
}

function networksOf(container: Container, networks: readonly UserNetwork[]): object {
  const { network = "bridge" } = container.spec;
  if (network === "host" || network === "none") return { [network]: endpointShape(container, network, undefined) };
  if (typeof network === "object" && !("networks" in network)) return {};
  const attachments: readonly NetworkAttachment[] = network === "bridge" ? [{ network: "bridge" }] : network.networks;
  return Object.fromEntries(
    attachments.map((attachment) => [
      networkName(attachment.network, networks),
      endpointShape(
        container,
        attachment.network,
        attachment,
        networks.find(({ id }) => id === attachment.network)?.internal,
      ),
    ]),
  );
}

function time(milliseconds: number | undefined): string {
  return milliseconds === undefined ? ZERO_TIME : new Date(milliseconds).toISOString();
}
