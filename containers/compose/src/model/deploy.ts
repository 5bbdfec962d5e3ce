/** How many containers a service has, what they may use, and how they are replaced. */
import type { Extensible } from "../model.ts";

/** `services.*.deploy`. */
export interface Deploy extends Extensible {
  readonly mode?: string;
  readonly endpoint_mode?: string;
  readonly replicas?: number;
  /** Labels of the service, not of its containers. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
  readonly resources?: Resources;
  readonly restart_policy?: RestartPolicy;
  readonly placement?: Placement;
}

/** `deploy.update_config` and `deploy.rollback_config`. */
export interface UpdateConfig extends Extensible {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: "start-first" | "stop-first";
}

/** `deploy.resources`. */
export interface Resources extends Extensible {
  readonly limits?: Resource;
  readonly reservations?: Resource;
}

/** Amounts of `deploy.resources`: `pids` belongs to limits, the last two to reservations. */
export interface Resource extends Extensible {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
  readonly devices?: readonly DeviceRequest[];
  readonly generic_resources?: readonly GenericResource[];
}

/** A device asked for by what it can do; `count` is -1 for "all". */
export interface DeviceRequest extends Extensible {
  readonly capabilities?: readonly string[];
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** `deploy.resources.reservations.generic_resources[]`. */
export interface GenericResource extends Extensible {
  readonly discrete_resource_spec?: { readonly kind?: string; readonly value?: number } & Extensible;
}

/** `deploy.restart_policy`. */
export interface RestartPolicy extends Extensible {
  readonly condition?: string;
  readonly delay?: string;
  readonly max_attempts?: number;
  readonly window?: string;
}

/** `deploy.placement`. */
export interface Placement extends Extensible {
  readonly constraints?: readonly string[];
  readonly preferences?: readonly ({ readonly spread?: string } & Extensible)[];
  readonly max_replicas_per_node?: number;
}
