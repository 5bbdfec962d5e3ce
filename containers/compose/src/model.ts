/**
 * A Compose project, resolved: what `skiff compose config --format json` prints, plus where it came from.
 *
 * The names are those of the Compose specification (snake_case), in their one canonical form: short syntaxes are expanded,
 * variables interpolated, files merged, `extends` and `include` followed, `env_file` and `label_file` read, paths absolute,
 * defaults applied. Durations are Go strings ("1m30s"), sizes are bytes in decimal digits ("67108864"), file modes are
 * octal digits ("0440").
 */
import type { Build } from "./model/build.ts";
import type { Deploy, DeviceRequest } from "./model/deploy.ts";
import type { FileMount, Mount } from "./model/mounts.ts";
import type { NetworkAttachment, PublishedPort } from "./model/networking.ts";
import type { ConfigSource, ModelSource, NetworkSource, SecretSource, VolumeSource } from "./model/resources.ts";
import type {
  BlockIo,
  DeviceMapping,
  EnvFile,
  Healthcheck,
  Hook,
  Logging,
  ModelBinding,
  Provider,
  Ulimit,
} from "./model/runtime.ts";
import type { Watch } from "./model/watch.ts";

export type * from "./model/build.ts";
export type * from "./model/deploy.ts";
export type * from "./model/mounts.ts";
export type * from "./model/networking.ts";
export type * from "./model/resources.ts";
export type * from "./model/runtime.ts";
export type * from "./model/watch.ts";

/** Attributes that begin with `x-`: kept as they were written, meaning nothing to Compose. */
export interface Extensible {
  readonly [extension: `x-${string}`]: unknown;
}

/** A whole project, with the services that its profiles enable. */
export interface Project extends Extensible {
  /** Lower-case letters, digits, `-` and `_`; the first one a letter or a digit. */
  readonly name: string;
  /** By name, in the order of the names. */
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, NetworkSource>>;
  readonly volumes: Readonly<Record<string, VolumeSource>>;
  readonly configs: Readonly<Record<string, ConfigSource>>;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly models: Readonly<Record<string, ModelSource>>;
  /** Not printed: services whose profiles are not enabled, resolved like the others. */
  readonly disabledServices: Readonly<Record<string, Service>>;
  /** Not printed: the project directory, absolute. */
  readonly workingDirectory: string;
  /** Not printed: the files that were named or found, absolute; `-` is standard input. Included and extended files are not among them. */
  readonly composeFiles: readonly string[];
  /** Not printed: the files of variables that the caller named, absolute; the default `.env` is not among them. */
  readonly environmentFiles?: readonly string[];
  /** Not printed: what variables were interpolated from (the caller's environment over the `.env` files). May hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Not printed: the profiles that are enabled. */
  readonly profiles: readonly string[];
  /** Not printed: what a person should be told once, such as variables that are not set. */
  readonly warnings: readonly string[];
}

/** When what a service depends on has come far enough. */
export type DependencyCondition = "service_started" | "service_healthy" | "service_completed_successfully";

/** One edge of the dependency graph. */
export interface Dependency {
  readonly condition: DependencyCondition;
  /** False: a dependency that is missing or does not start is a warning only. */
  readonly required: boolean;
  /** True: the dependent is restarted when Compose restarts or recreates the dependency. */
  readonly restart?: boolean;
}

/** A service, resolved. `command` and `entrypoint` are null where the image's own apply, and empty where they are cleared. */
export interface Service extends Extensible {
  /** Not printed: its key in `services`. */
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly attach?: boolean;
  readonly blkio_config?: BlockIo;
  readonly build?: Build;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup?: "host" | "private";
  readonly cgroup_parent?: string;
  readonly command: readonly string[] | null;
  readonly configs?: readonly FileMount[];
  readonly container_name?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpu_shares?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly credential_spec?: Readonly<Record<"config" | "file" | "registry", string | undefined>>;
  /** With the dependencies that `links`, `volumes_from` and the `service:` modes imply. */
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly deploy?: Deploy;
  readonly develop?: { readonly watch?: readonly Watch[] } & Extensible;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly DeviceMapping[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint: readonly string[] | null;
  /** Only where the environment was not resolved (`config --no-env-resolution`): otherwise read into `environment`. */
  readonly env_file?: readonly EnvFile[];
  /** With what the env files say; null where the variable has no value and is not set in the caller's environment either. */
  readonly environment?: Readonly<Record<string, string | null>>;
  /** "3000", "8000/udp" or a range "8000-8010". */
  readonly expose?: readonly string[];
  readonly external_links?: readonly string[];
  /** `name=address`. */
  readonly extra_hosts?: readonly string[];
  readonly gpus?: readonly DeviceRequest[];
  readonly group_add?: readonly string[];
  readonly healthcheck?: Healthcheck;
  readonly hostname?: string;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  /** Only where the environment was not resolved: otherwise read into `labels`. */
  readonly label_file?: readonly string[];
  /** With what the label files say. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly links?: readonly string[];
  readonly logging?: Logging;
  readonly mac_address?: string;
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly mem_swappiness?: string;
  readonly memswap_limit?: string;
  readonly models?: Readonly<Record<string, ModelBinding | null>>;
  readonly network_mode?: string;
  /** Always there unless `network_mode` is: `{ default: null }` when none is named. */
  readonly networks?: Readonly<Record<string, NetworkAttachment | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly PublishedPort[];
  readonly post_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
  readonly privileged?: boolean;
  readonly profiles?: readonly string[];
  readonly provider?: Provider;
  /** `always`, `never`, `build`, `missing` (`if_not_present`), `daily`, `weekly` or `every_<duration>`. */
  readonly pull_policy?: string;
  readonly pull_refresh_after?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileMount[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: Readonly<Record<string, string>>;
  readonly sysctls?: Readonly<Record<string, string>>;
  /** `path` or `path:options`. */
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, Ulimit>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly Mount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
}
