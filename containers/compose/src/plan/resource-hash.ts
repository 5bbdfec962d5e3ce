/**
 * Says whether a network or volume is still what it was made from: the hash that `docker compose` v2 writes, so that neither
 * tool takes what the other has made for changed.
 */
import { createHash } from "node:crypto";
import type { Form } from "../canonical/form.ts";
import { goJson } from "../canonical/go-json.ts";
import { printValue } from "../canonical/print-value.ts";
import { RESOURCES } from "../canonical/resource-forms.ts";
import type { NetworkSource, VolumeSource } from "../model.ts";

/** The hash of a network, 64 hexadecimal digits. */
export function networkHash(network: NetworkSource): string {
  return hashOf(network, RESOURCES.networks);
}

/** The hash of a volume, 64 hexadecimal digits. */
export function volumeHash(volume: VolumeSource): string {
  return hashOf({ ...volume, driver: volume.driver ?? "local" }, RESOURCES.volumes);
}

function hashOf(resource: NetworkSource | VolumeSource, form: Form): string {
  return createHash("sha256")
    .update(goJson(printValue(resource, form, "json")))
    .digest("hex");
}
