/** Tables of volumes and storage. */
import type * as core from "../generated/types/core/v1.ts";
import type * as storage from "../generated/types/storage/v1.ts";
import { ageColumn, type Column, nameColumn } from "./column.ts";

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function accessModes(modes: readonly string[] | undefined): string {
  return [...new Set(modes ?? [])].map((mode) => ACCESS_MODES[mode] ?? mode).join(",");
}

/** Persistent volumes. */
export const persistentVolumeColumns: readonly Column<core.PersistentVolume>[] = [
  nameColumn,
  { name: "Capacity", cell: ({ spec }) => spec.capacity?.storage ?? "" },
  { name: "Access Modes", cell: ({ spec }) => accessModes(spec.accessModes) },
  { name: "Reclaim Policy", cell: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? "" },
  {
    name: "Status",
    cell: ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? "")),
  },
  { name: "Claim", cell: ({ spec }) => (spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : "") },
  { name: "StorageClass", cell: ({ spec }) => spec.storageClassName ?? "" },
  { name: "VolumeAttributesClass", cell: ({ spec }) => spec.volumeAttributesClassName || "<unset>" },
  { name: "Reason", cell: ({ status }) => status?.reason ?? "" },
  ageColumn,
  { name: "VolumeMode", wide: true, cell: ({ spec }) => spec.volumeMode || "<unset>" },
];

/** Persistent volume claims. */
export const persistentVolumeClaimColumns: readonly Column<core.PersistentVolumeClaim>[] = [
  nameColumn,
  {
    name: "Status",
    cell: ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? "")),
  },
  { name: "Volume", cell: ({ spec }) => spec.volumeName ?? "" },
  { name: "Capacity", cell: ({ spec, status }) => (spec.volumeName ? (status?.capacity?.storage ?? "") : "") },
  { name: "Access Modes", cell: ({ spec, status }) => (spec.volumeName ? accessModes(status?.accessModes) : "") },
  { name: "StorageClass", cell: ({ spec }) => spec.storageClassName ?? "" },
  { name: "VolumeAttributesClass", cell: ({ spec }) => spec.volumeAttributesClassName || "<unset>" },
  ageColumn,
  { name: "VolumeMode", wide: true, cell: ({ spec }) => spec.volumeMode || "<unset>" },
];

/** Storage classes. */
export const storageClassColumns: readonly Column<storage.StorageClass>[] = [
  {
    name: "Name",
    format: "name",
    cell: ({ metadata }) => {
      const isDefault = metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true";
      return isDefault ? `${metadata.name} (default)` : metadata.name;
    },
  },
  { name: "Provisioner", cell: ({ provisioner }) => provisioner },
  { name: "ReclaimPolicy", cell: ({ reclaimPolicy }) => reclaimPolicy ?? "Delete" },
  { name: "VolumeBindingMode", cell: ({ volumeBindingMode }) => volumeBindingMode ?? "Immediate" },
  { name: "AllowVolumeExpansion", cell: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false },
  ageColumn,
];

/** CSI drivers. */
export const csiDriverColumns: readonly Column<storage.CSIDriver>[] = [
  nameColumn,
  { name: "AttachRequired", type: "boolean", cell: ({ spec }) => spec.attachRequired ?? true },
  { name: "PodInfoOnMount", type: "boolean", cell: ({ spec }) => spec.podInfoOnMount ?? false },
  { name: "StorageCapacity", type: "boolean", cell: ({ spec }) => spec.storageCapacity ?? false },
  {
    name: "TokenRequests",
    cell: ({ spec }) => (spec.tokenRequests ?? []).map(({ audience }) => audience).join(",") || "<unset>",
  },
  { name: "RequiresRepublish", type: "boolean", cell: ({ spec }) => spec.requiresRepublish ?? false },
  { name: "Modes", cell: ({ spec }) => (spec.volumeLifecycleModes ?? []).join(",") || "<none>" },
  ageColumn,
];

/** CSI nodes. */
export const csiNodeColumns: readonly Column<storage.CSINode>[] = [
  nameColumn,
  { name: "Drivers", type: "integer", cell: ({ spec }) => spec.drivers.length },
  ageColumn,
];

/** Volume attachments. */
export const volumeAttachmentColumns: readonly Column<storage.VolumeAttachment>[] = [
  nameColumn,
  { name: "Attacher", cell: ({ spec }) => spec.attacher },
  { name: "PV", cell: ({ spec }) => spec.source.persistentVolumeName ?? "" },
  { name: "Node", cell: ({ spec }) => spec.nodeName },
  { name: "Attached", type: "boolean", cell: ({ status }) => status?.attached ?? false },
  ageColumn,
];

/** Volume attributes classes. */
export const volumeAttributesClassColumns: readonly Column<storage.VolumeAttributesClass>[] = [
  nameColumn,
  { name: "DriverName", cell: ({ driverName }) => driverName },
  ageColumn,
];

/** Capacities CSI drivers report. */
export const csiStorageCapacityColumns: readonly Column<storage.CSIStorageCapacity>[] = [
  nameColumn,
  { name: "StorageClassName", cell: ({ storageClassName }) => storageClassName },
  { name: "Capacity", cell: ({ capacity }) => capacity ?? "<unset>" },
];
