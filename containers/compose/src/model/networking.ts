/** How a service is reached. */
import type { Extensible } from "../model.ts";

/** `services.*.ports[]`. */
export interface PublishedPort extends Extensible {
  readonly name?: string;
  /** `ingress` or `host`. */
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port or a range "8000-8010"; absent where the engine chooses. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

/** `services.*.networks.*`. */
export interface NetworkAttachment extends Extensible {
  readonly aliases?: readonly string[];
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  /** Higher ones are connected first. */
  readonly priority?: number;
  /** The highest one has the default route. */
  readonly gw_priority?: number;
}
