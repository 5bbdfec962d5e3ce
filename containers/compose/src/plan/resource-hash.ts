/**
 * Says whether a network or volume is still what it was made from: the hash that `docker compose` v2 writes, so that neither
 * tool takes what the other has made for changed. It is of the JSON that Go makes of compose-go's types.
 */
import { createHash } from "node:crypto";
import type { NetworkSource, VolumeSource } from "../model.ts";

/** The hash of a network, 64 hexadecimal digits. */
export function networkHash(network: NetworkSource): string {
  const { name, driver, driver_opts, ipam, external, internal, attachable, labels } = network;
  const pools = (ipam.config ?? []).map(({ subnet, gateway, ip_range, aux_addresses }) =>
    kept({ subnet, gateway, ip_range, aux_addresses: sorted(aux_addresses) }),
  );
  return sha256({
    ...kept({ name, driver, driver_opts: sorted(driver_opts) }),
    // Go leaves out empty maps and lists, never empty structures.
    ipam: kept({ driver: ipam.driver, config: pools }),
    ...kept({ external, internal, attachable, labels: sorted(labels) }),
    ...(network.enable_ipv4 === undefined ? {} : { enable_ipv4: network.enable_ipv4 }),
    ...(network.enable_ipv6 === undefined ? {} : { enable_ipv6: network.enable_ipv6 }),
  });
}

/** The hash of a volume, 64 hexadecimal digits. */
export function volumeHash({ name, driver = "local", driver_opts, external, labels }: VolumeSource): string {
  return sha256(kept({ name, driver, driver_opts: sorted(driver_opts), external, labels: sorted(labels) }));
}

function sha256(value: object): string {
  // Go's encoder writes these as escapes, for the sake of pages that hold JSON.
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return createHash("sha256").update(text).digest("hex");
}

/** The members that are not empty, as Go's "omitempty" has it. */
function kept(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => {
      if (Array.isArray(value)) return value.length > 0;
      return value !== undefined && value !== false && value !== "";
    }),
  );
}

function sorted(map: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
