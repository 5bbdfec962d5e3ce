/** The smaller parts of a service that say how its containers run. */
import type { Extensible } from "../model.ts";

/** `services.*.healthcheck`. `test` begins with `CMD`, `CMD-SHELL` or `NONE`. */
export interface Healthcheck extends Extensible {
  readonly disable?: boolean;
  readonly test?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
}

/** `services.*.logging`. */
export interface Logging extends Extensible {
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** `services.*.post_start[]`, `pre_stop[]` and `develop.watch[].exec`. */
export interface Hook extends Extensible {
  readonly command: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
}

/** `services.*.devices[]`. */
export interface DeviceMapping extends Extensible {
  readonly source: string;
  readonly target: string;
  readonly permissions: string;
}

/** `services.*.ulimits.*`: one number is both limits. */
export type Ulimit = number | ({ readonly soft: number; readonly hard: number } & Extensible);

/** `services.*.env_file[]`, absolute. */
export interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  readonly format?: string;
}

/** `services.*.blkio_config`. */
export interface BlockIo {
  readonly weight?: number;
  readonly weight_device?: readonly { readonly path: string; readonly weight: number }[];
  readonly device_read_bps?: readonly BlockRate[];
  readonly device_read_iops?: readonly BlockRate[];
  readonly device_write_bps?: readonly BlockRate[];
  readonly device_write_iops?: readonly BlockRate[];
}

/** A device and how much of it in a second: bytes or operations, in decimal digits. */
export interface BlockRate {
  readonly path: string;
  readonly rate: string;
}

/** `services.*.provider`. */
export interface Provider extends Extensible {
  readonly type: string;
  readonly options?: Readonly<Record<string, readonly string[]>>;
}

/** `services.*.models.*`. */
export interface ModelBinding extends Extensible {
  readonly endpoint_var?: string;
  readonly model_var?: string;
}
