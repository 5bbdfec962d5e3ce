/** What a project has besides services. `name` is the real name, with the project's in front unless it is given or external. */
import type { Extensible } from "../model.ts";

/** `networks.*`. */
export interface NetworkSource extends Extensible {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly ipam: Ipam;
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `networks.*.ipam`; empty where the engine chooses. */
export interface Ipam extends Extensible {
  readonly driver?: string;
  readonly config?: readonly IpamPool[];
  readonly options?: Readonly<Record<string, string>>;
}

/** `networks.*.ipam.config[]`. */
export interface IpamPool extends Extensible {
  readonly subnet?: string;
  readonly ip_range?: string;
  readonly gateway?: string;
  readonly aux_addresses?: Readonly<Record<string, string>>;
}

/** `volumes.*`. */
export interface VolumeSource extends Extensible {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly external?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `secrets.*`. The value is in `file` (absolute) or in the variable `environment` of the project's environment. */
export interface SecretSource extends Extensible {
  readonly name: string;
  readonly file?: string;
  readonly environment?: string;
  readonly external?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly template_driver?: string;
}

/** `configs.*`. The value is in `file` (absolute), `content`, or the variable `environment` of the project's environment. */
export interface ConfigSource extends Extensible {
  readonly name: string;
  readonly file?: string;
  readonly content?: string;
  readonly environment?: string;
  readonly external?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly template_driver?: string;
}

/** `models.*`. */
export interface ModelSource extends Extensible {
  readonly name?: string;
  readonly model: string;
  readonly context_size?: number;
  readonly runtime_flags?: readonly string[];
}
