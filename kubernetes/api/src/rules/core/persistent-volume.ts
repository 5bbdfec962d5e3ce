/** PersistentVolume. */
import type { PersistentVolume, PersistentVolumeSource, PersistentVolumeSpec, VolumeSource } from "@skiff/api/core/v1";
import { isDns1123Subdomain } from "../../names.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { keep, validatedTwice } from "../strategy.ts";
import { checkNodeSelector } from "./affinity.ts";
import { volumeWarnings } from "./claim-warnings.ts";
import { networkVolumeChecks } from "./network-volumes.ts";
import { checkNoBacksteps } from "./paths.ts";
import { checkAccessModes } from "./persistent-volume-claim.ts";
import { checkPositiveQuantity } from "./resource-requirements.ts";

const sources = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
] as const satisfies readonly (keyof PersistentVolumeSource)[];

function checkSources(spec: PersistentVolumeSpec, errors: FieldError[]): void {
  let found = false;
  for (const kind of sources) {
    if (spec[kind] === undefined) continue;
    if (found) errors.push(forbidden(`spec.${kind}`, "may not specify more than 1 volume type"));
    else checkSource(spec, kind, errors);
    found = true;
  }
  if (!found) errors.push(required("spec", "must specify a volume type"));
}

/** Sources that a Pod's volume can have too are checked alike; only the namespaces of their secrets differ. */
function checkSource(spec: PersistentVolumeSpec, kind: (typeof sources)[number], errors: FieldError[]): void {
  if (kind === "hostPath") checkPath(spec.hostPath?.path, "spec.hostPath.path", errors);
  else if (kind === "local") {
    checkPath(spec.local?.path, "spec.local.path", errors);
    if (!spec.nodeAffinity) errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  } else if (kind === "csi") {
    if (!spec.csi?.driver) errors.push(required("spec.csi.driver"));
    if (!spec.csi?.volumeHandle) errors.push(required("spec.csi.volumeHandle"));
  } else {
    const checks: Partial<Record<string, (source: never, field: string, errors: FieldError[]) => void>> =
      networkVolumeChecks;
    checks[kind]?.(spec[kind] as VolumeSource[keyof VolumeSource] as never, `spec.${kind}`, errors);
  }
}

function checkPath(path: string | undefined, field: string, errors: FieldError[]): void {
  if (!path) errors.push(required(field));
  else checkNoBacksteps(path, field, errors);
}

function validate({ spec }: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required("spec.accessModes"));
  checkAccessModes(modes, "spec.accessModes", errors);
  const capacity = spec.capacity ?? {};
  if (Object.keys(capacity).length === 0) errors.push(required("spec.capacity"));
  if (capacity.storage === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported("spec.capacity", capacity, ["storage"]));
  }
  for (const [name, amount] of Object.entries(capacity)) {
    checkPositiveQuantity(amount, `spec.capacity[${name}]`, errors);
  }
  const policy = spec.persistentVolumeReclaimPolicy;
  checkOptionalOneOf(policy, ["Delete", "Recycle", "Retain"], "spec.persistentVolumeReclaimPolicy", errors);
  if (spec.nodeAffinity?.required) {
    checkNodeSelector(spec.nodeAffinity.required, "spec.nodeAffinity.required", errors);
  } else if (spec.nodeAffinity) {
    errors.push(required("spec.nodeAffinity.required", "must specify required node constraints"));
  }
  checkSources(spec, errors);
  if (spec.hostPath && /^\/+$/.test(spec.hostPath.path) && policy === "Recycle") {
    const why = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden("spec.persistentVolumeReclaimPolicy", why));
  }
  if (spec.storageClassName) {
    for (const reason of isDns1123Subdomain(spec.storageClassName)) {
      errors.push(invalid("spec.storageClassName", spec.storageClassName, reason));
    }
  }
  checkOptionalOneOf(spec.volumeMode, ["Block", "Filesystem"], "spec.volumeMode", errors);
  return errors;
}

function checkChanges(volume: PersistentVolume, old: PersistentVolume, errors: FieldError[]): void {
  const same = sources.every((kind) => sameMeaning(withoutExpandSecret(volume, old, kind), old.spec[kind]));
  if (!same) {
    errors.push(forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation"));
  }
  checkImmutable(volume.spec.volumeMode, old.spec.volumeMode, "volumeMode", errors);
  if (old.spec.nodeAffinity && !sameMeaning(volume.spec.nodeAffinity, old.spec.nodeAffinity)) {
    const why = "field is immutable, except for updating from beta label to GA";
    errors.push(invalid("nodeAffinity", volume.spec.nodeAffinity, why));
  }
}

/** The secret for growing a volume may be named when the driver learns to grow volumes. */
function withoutExpandSecret(volume: PersistentVolume, old: PersistentVolume, kind: (typeof sources)[number]): unknown {
  const source = volume.spec[kind];
  if (kind !== "csi" || old.spec.csi?.controllerExpandSecretRef !== undefined) return source;
  return source === undefined ? undefined : { ...source, controllerExpandSecretRef: undefined };
}

export const persistentVolumeRules: KindRules<PersistentVolume> = {
  warnings: volumeWarnings,
  defaults(volume) {
    volume.status ??= {};
    volume.status.phase ??= "Pending";
    volume.spec.persistentVolumeReclaimPolicy ||= "Retain";
    volume.spec.volumeMode ??= "Filesystem";
    if (volume.spec.hostPath) volume.spec.hostPath.type ??= "";
  },
  validate,
  validateUpdate: validatedTwice(validate, checkChanges),
  prepareForCreate(volume) {
    volume.status = { phase: "Pending" };
  },
  prepareForUpdate(volume, old) {
    keep<PersistentVolume>(volume, old, "status");
  },
  prepareForStatusUpdate(volume, old) {
    keep<PersistentVolume>(volume, old, "spec");
  },
};
