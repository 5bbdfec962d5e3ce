/** From a service to the body of a create request. Pure: names of other services have been replaced by what they stand for. */
import type { Project, Service } from "../model.ts";
import { imageName } from "../plan/names.ts";
import { nanoseconds, seconds } from "./duration.ts";
import { hostMounts, type Inheritance } from "./mounts.ts";
import { exposedPorts, networking, portBindings } from "./networking.ts";
import { resources } from "./resources.ts";
import { securityOptions } from "./security-options.ts";

/** What a container's body says besides its service. */
export interface ContainerIdentity {
  /** Its final name, by which others find it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly inherited?: Inheritance | undefined;
  /** `container:alias`, for the networks' endpoints and older daemons. */
  readonly links: readonly string[];
  /** Whether the service's name leads to it. Not so for most containers of `run`. */
  readonly aliases: boolean;
  readonly autoRemove?: boolean | undefined;
  /** Somebody attaches to its standard input. */
  readonly attachStdin?: boolean | undefined;
  /** Contents of seccomp profiles by the path that the file names. */
  readonly seccompProfiles?: ReadonlyMap<string, string> | undefined;
}

/** A create request: the body, and networks to connect afterwards where the API takes one only. */
export interface ContainerBody {
  readonly body: object;
  readonly laterNetworks: Readonly<Record<string, object>>;
}

/** Before this version of the API a container is created in one network, and connected to further ones afterwards. */
const SEVERAL_NETWORKS = 44;

/** The body of a create request for a container of `service`. `apiVersion` is "1.51" or the like. */
export function containerBody(
  project: Project,
  service: Service,
  identity: ContainerIdentity,
  apiVersion: string,
): ContainerBody {
  const facts = { containerName: identity.name, aliases: identity.aliases, links: identity.links };
  const { mode, endpoints } = networking(project, service, facts);
  const isOld = Number(apiVersion.split(".")[1]) < SEVERAL_NETWORKS;
  const [main, ...others] = Object.entries(endpoints);
  const first = isOld ? (main === undefined ? [] : [main]) : Object.entries(endpoints);
  const security = securityOptions(service.security_opt ?? [], identity.seccompProfiles);
  const body = {
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user,
    ExposedPorts: exposedPorts(service),
    Tty: service.tty ?? false,
    OpenStdin: service.stdin_open ?? false,
    StdinOnce: (identity.attachStdin ?? false) && (service.stdin_open ?? false),
    AttachStdin: identity.attachStdin ?? false,
    AttachStdout: true,
    AttachStderr: true,
    Cmd: service.command ?? undefined,
    Entrypoint: service.entrypoint === null ? undefined : cleared(service.entrypoint),
    Image: imageName(project, service),
    WorkingDir: service.working_dir,
    NetworkDisabled: service.network_mode === "disabled" || undefined,
    MacAddress: isOld ? service.mac_address : undefined,
    Labels: identity.labels,
    StopSignal: service.stop_signal,
    StopTimeout: seconds(service.stop_grace_period),
    Env: environmentOf(service.environment),
    Healthcheck: healthcheck(service.healthcheck),
    HostConfig: {
      ...hostMounts(project, service, identity.inherited),
      ...resources(service),
      AutoRemove: identity.autoRemove ?? false,
      Annotations: service.annotations,
      CapAdd: service.cap_add,
      CapDrop: service.cap_drop,
      NetworkMode: mode,
      Init: service.init,
      IpcMode: service.ipc,
      CgroupnsMode: service.cgroup,
      ReadonlyRootfs: service.read_only,
      RestartPolicy: restartPolicy(service),
      ShmSize: service.shm_size === undefined ? undefined : Number(service.shm_size),
      Sysctls: service.sysctls,
      PortBindings: portBindings(service),
      VolumesFrom: service.volumes_from,
      Dns: service.dns,
      DnsSearch: service.dns_search,
      DnsOptions: service.dns_opt,
      ExtraHosts: service.extra_hosts?.map((entry) => entry.replace("=", ":")),
      SecurityOpt: security.options,
      ...(security.systemPathsUnconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
      StorageOpt: service.storage_opt,
      UsernsMode: service.userns_mode,
      UTSMode: service.uts,
      Privileged: service.privileged,
      PidMode: service.pid,
      Tmpfs: Object.fromEntries((service.tmpfs ?? []).map(splitTmpfs)),
      Isolation: service.isolation,
      Runtime: service.runtime,
      LogConfig: service.logging ? { Type: service.logging.driver ?? "", Config: service.logging.options } : undefined,
      GroupAdd: service.group_add,
      Links: identity.links.length === 0 ? undefined : identity.links,
      OomScoreAdj: service.oom_score_adj,
    },
    NetworkingConfig: { EndpointsConfig: Object.fromEntries(first) },
  };
  return { body, laterNetworks: isOld ? Object.fromEntries(others) : {} };
}

/** `entrypoint: []` clears the image's, which the API says as one empty word. */
function cleared(entrypoint: readonly string[]): readonly string[] {
  return entrypoint.length === 0 ? [""] : entrypoint;
}

/** A variable without a value removes the image's. */
function environmentOf(environment: Service["environment"]): string[] {
  return Object.entries(environment ?? {}).map(([name, value]) => (value === null ? name : `${name}=${value}`));
}

function healthcheck(check: Service["healthcheck"]): object | undefined {
  if (check === undefined) return undefined;
  if (check.disable) return { Test: ["NONE"] };
  const duration = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : nanoseconds(text);
  return {
    Test: check.test,
    Interval: duration(check.interval),
    Timeout: duration(check.timeout),
    Retries: check.retries,
    StartPeriod: duration(check.start_period),
    StartInterval: duration(check.start_interval),
  };
}

const RESTART_NAMES: Readonly<Record<string, string>> = { none: "no", any: "always" };

function restartPolicy({ restart = "", deploy }: Service): object {
  const [name = "", count] = restart.split(":");
  const asked = deploy?.restart_policy;
  const condition = asked ? (asked.condition ?? "any") : name;
  return {
    Name: RESTART_NAMES[condition] ?? condition,
    MaximumRetryCount: asked ? (asked.max_attempts ?? 0) : Number(count ?? 0),
  };
}

function splitTmpfs(text: string): [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
