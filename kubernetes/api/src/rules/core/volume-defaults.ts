/** What a volume gets where its manifest says nothing. */
import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from "@skiff/api/core/v1";
import type { Mutable } from "../kind-rules.ts";
import { pullPolicyFor } from "./container-defaults.ts";
import { defaultClaimSpec } from "./persistent-volume-claim.ts";

/** Files are readable by all and writable by their owner: 0644. */
const FILE_MODE = 0o644;

/** Fills in one volume of a Pod; one that names no source is an emptyDir. */
export function defaultVolume(volume: Mutable<Volume>): void {
  if (!hasSource(volume)) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= FILE_MODE;
  if (volume.configMap) volume.configMap.defaultMode ??= FILE_MODE;
  if (volume.hostPath) volume.hostPath.type ??= "";
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= FILE_MODE;
    volume.downwardAPI.items?.forEach(defaultDownwardFile);
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= FILE_MODE;
    volume.projected.sources?.forEach(defaultProjection);
  }
  if (volume.image) volume.image.pullPolicy ||= pullPolicyFor(volume.image.reference ?? "");
  if (volume.ephemeral?.volumeClaimTemplate) defaultClaimSpec(volume.ephemeral.volumeClaimTemplate.spec);
  defaultNetworkVolume(volume);
}

function hasSource(volume: Mutable<Volume>): boolean {
  for (const [field, value] of Object.entries(volume)) if (field !== "name" && value !== undefined) return true;
  return false;
}

function defaultProjection(source: Mutable<VolumeProjection>): void {
  source.downwardAPI?.items?.forEach(defaultDownwardFile);
  if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
}

function defaultDownwardFile(file: Mutable<DownwardAPIVolumeFile>): void {
  if (file.resourceFieldRef) file.resourceFieldRef.divisor ??= "0";
  if (file.fieldRef) file.fieldRef.apiVersion ||= "v1";
}

function defaultNetworkVolume(volume: Mutable<Volume>): void {
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= "default";
  if (volume.rbd) {
    volume.rbd.pool ||= "rbd";
    volume.rbd.user ||= "admin";
    volume.rbd.keyring ||= "/etc/ceph/keyring";
  }
  if (volume.azureDisk) {
    volume.azureDisk.cachingMode ??= "ReadWrite";
    volume.azureDisk.kind ??= "Shared";
    volume.azureDisk.fsType ??= "ext4";
    volume.azureDisk.readOnly ??= false;
  }
  if (volume.scaleIO) {
    volume.scaleIO.storageMode ||= "ThinProvisioned";
    volume.scaleIO.fsType ||= "xfs";
  }
}
