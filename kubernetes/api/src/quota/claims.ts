import type { PersistentVolumeClaim } from "../generated/types/core/v1.ts";
import { parseQuantity, Quantity } from "../quantity.ts";
import type { Amounts } from "./amounts.ts";

const CLAIMS = "persistentvolumeclaims";
const STORAGE = "requests.storage";
const OF_CLASS = ".storageclass.storage.k8s.io/";
const OLD_NAME = "volume.beta.kubernetes.io/storage-class";

/** Whether a quota's limit of this name is about claims: all of them, or those of one storage class. */
export function isClaimResource(name: string): boolean {
  return [CLAIMS, STORAGE].some((base) => name === base || name.endsWith(`${OF_CLASS}${base}`));
}

/** What the claim takes, in all and of its class. A claim that shrinks keeps what it was given until it has shrunk. */
export function claimUsage({ metadata, spec, status }: PersistentVolumeClaim): Amounts {
  const one = Quantity.of(1);
  const usage: Amounts = new Map([[CLAIMS, one]]);
  const name = metadata.annotations?.[OLD_NAME] ?? spec?.storageClassName ?? "";
  if (name !== "") usage.set(`${name}${OF_CLASS}${CLAIMS}`, one);
  const asked = spec?.resources?.requests?.storage;
  if (asked === undefined) return usage;
  const given = parseQuantity(status?.allocatedResources?.storage ?? "0");
  const wanted = parseQuantity(asked);
  const storage = given.cmp(wanted) > 0 ? given : wanted;
  usage.set(STORAGE, storage);
  if (name !== "") usage.set(`${name}${OF_CLASS}${STORAGE}`, storage);
  return usage;
}
