/** Volumes from storage systems. Most of these systems are gone from clusters; their fields are still checked. */
import type { ISCSIVolumeSource, VolumeSource } from "@skiff/api/core/v1";
import { isInRange } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";

type Check<K extends keyof VolumeSource> = (
  source: NonNullable<VolumeSource[K]>,
  field: string,
  errors: FieldError[],
) => void;

/** Refuses sources whose named fields are missing. */
function needs<K extends keyof VolumeSource>(...names: (keyof NonNullable<VolumeSource[K]> & string)[]): Check<K> {
  return (source, field, errors) => {
    const fields: Readonly<Record<string, unknown>> = { ...source };
    for (const name of names) {
      const value = fields[name];
      const missing = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
      if (missing) errors.push(required(`${field}.${name}`));
    }
  };
}

function checkPartition(partition: number | undefined, field: string, errors: FieldError[]): void {
  const value = partition ?? 0;
  if (value < 0 || value > 255) errors.push(invalid(field, value, "must be between 1 and 255, inclusive"));
}

const initiatorForms: readonly (readonly [prefix: string, form: RegExp])[] = [
  ["iqn", /iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/],
  ["eui", /^eui.[A-Za-z0-9]{16}$/],
  ["naa", /^naa.[A-Za-z0-9]{32}$/],
];

function checkInitiator(name: string, field: string, errors: FieldError[]): void {
  const form = initiatorForms.find(([prefix]) => name.startsWith(prefix))?.[1];
  if (form === undefined) errors.push(invalid(field, name, "must be valid format starting with iqn, eui, or naa"));
  else if (!form.test(name)) errors.push(invalid(field, name, "must be valid format"));
}

function checkIscsi(source: ISCSIVolumeSource, field: string, errors: FieldError[]): void {
  if (!source.targetPortal) errors.push(required(`${field}.targetPortal`));
  if (!source.iqn) errors.push(required(`${field}.iqn`));
  else checkInitiator(source.iqn, `${field}.iqn`, errors);
  for (const reason of isInRange(source.lun ?? 0, 0, 255)) errors.push(invalid(`${field}.lun`, source.lun, reason));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && source.secretRef === undefined) {
    errors.push(required(`${field}.secretRef`));
  }
  if (source.initiatorName !== undefined) checkInitiator(source.initiatorName, `${field}.initiatorname`, errors);
}

/** The checks, by source. */
export const networkVolumeChecks = {
  gcePersistentDisk(source, field, errors) {
    if (!source.pdName) errors.push(required(`${field}.pdName`));
    checkPartition(source.partition, `${field}.partition`, errors);
  },
  awsElasticBlockStore(source, field, errors) {
    if (!source.volumeID) errors.push(required(`${field}.volumeID`));
    checkPartition(source.partition, `${field}.partition`, errors);
  },
  nfs(source, field, errors) {
    if (!source.server) errors.push(required(`${field}.server`));
    if (!source.path) errors.push(required(`${field}.path`));
    if (!source.path?.startsWith("/")) {
      errors.push(invalid(`${field}.path`, source.path ?? "", "must be an absolute path"));
    }
  },
  iscsi: checkIscsi,
  glusterfs: needs<"glusterfs">("endpoints", "path"),
  rbd: needs<"rbd">("monitors", "image"),
  flexVolume: needs<"flexVolume">("driver"),
  cinder: needs<"cinder">("volumeID"),
  cephfs: needs<"cephfs">("monitors"),
  flocker(source, field, errors) {
    if (!source.datasetName && !source.datasetUUID) {
      errors.push(required(field, "one of datasetName and datasetUUID is required"));
    }
    if (source.datasetName && source.datasetUUID) {
      errors.push(invalid(field, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
    }
    if (source.datasetName?.includes("/")) {
      errors.push(invalid(`${field}.datasetName`, source.datasetName, "must not contain '/'"));
    }
  },
  fc(source, field, errors) {
    const names = source.targetWWNs ?? [];
    const ids = source.wwids ?? [];
    if (names.length === 0 && ids.length === 0) {
      errors.push(required(`${field}.targetWWNs`, "must specify either targetWWNs or wwids, but not both"));
    }
    if (names.length > 0 && ids.length > 0) {
      const why = "targetWWNs and wwids can not be specified simultaneously";
      errors.push(invalid(`${field}.targetWWNs`, names, why));
    }
    if (names.length === 0) return;
    if (source.lun === undefined) errors.push(required(`${field}.lun`, "lun is required if targetWWNs is specified"));
    else for (const reason of isInRange(source.lun, 0, 255)) errors.push(invalid(`${field}.lun`, source.lun, reason));
  },
  azureFile: needs<"azureFile">("secretName", "shareName"),
  vsphereVolume: needs<"vsphereVolume">("volumePath"),
  quobyte: needs<"quobyte">("registry", "volume"),
  azureDisk: needs<"azureDisk">("diskName", "diskURI"),
  photonPersistentDisk: needs<"photonPersistentDisk">("pdID"),
  portworxVolume: needs<"portworxVolume">("volumeID"),
  scaleIO: needs<"scaleIO">("gateway", "system", "volumeName"),
  storageos: needs<"storageos">("volumeName"),
  csi: needs<"csi">("driver"),
} satisfies { readonly [K in keyof VolumeSource]?: Check<K> };
