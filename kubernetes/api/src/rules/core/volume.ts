/** The volumes of a Pod: each comes from exactly one source. */
import type { PersistentVolumeClaimTemplate, PodSpec, Volume, VolumeSource } from "@skiff/api/core/v1";
import { isDns1123Label, isDns1123Subdomain } from "../../names.ts";
import { parseQuantity } from "../../quantity.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../field-error.ts";
import { checkAnnotations, checkLabels } from "../meta/labels.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { checkDownwardFile, checkKeyToPath, checkProjections } from "./file-volumes.ts";
import { networkVolumeChecks } from "./network-volumes.ts";
import { checkFileMode, checkLocalDescendingPath, checkNoBacksteps } from "./paths.ts";
import { checkClaimSpec } from "./persistent-volume-claim.ts";

/** Checks the volumes and gives those with a name, by name. `podName` is known in Pods and unknown in templates. */
export function checkVolumes(
  spec: PodSpec,
  podName: string | undefined,
  list: string,
  errors: FieldError[],
): ReadonlyMap<string, Volume> {
  const named = new Map<string, Volume>();
  spec.volumes?.forEach((volume, index) => {
    const path = `${list}[${index}]`;
    const name = volume.name ?? "";
    const before = errors.length;
    checkSource(volume, podName, path, errors);
    if (name === "") errors.push(required(`${path}.name`));
    else {
      for (const reason of isDns1123Label(name)) errors.push(invalid(`${path}.name`, name, reason));
      if (named.has(name)) errors.push(duplicate(`${path}.name`, name));
    }
    // A container that mounts a volume with errors of its own is not told that the volume does not exist.
    if (errors.length === before || name !== "") named.set(name, volume);
  });
  return named;
}

type SourceCheck<K extends keyof VolumeSource> = (
  source: NonNullable<VolumeSource[K]>,
  field: string,
  errors: FieldError[],
) => void;
type SourceChecks = { readonly [K in keyof VolumeSource]-?: SourceCheck<K> };

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

/** One check per source, in the order the API server looks at them: the first is checked, a second is refused. */
const sourceChecks: SourceChecks = {
  emptyDir(source, field, errors) {
    if (source.sizeLimit !== undefined && parseQuantity(source.sizeLimit).cmp(parseQuantity("0")) < 0) {
      errors.push(forbidden(`${field}.sizeLimit`, "SizeLimit field must be a valid resource quantity"));
    }
  },
  hostPath(source, field, errors) {
    if (!source.path) {
      errors.push(required(`${field}.path`));
      return;
    }
    checkNoBacksteps(source.path, `${field}.path`, errors);
    checkOptionalOneOf(source.type, hostPathTypes, `${field}.type`, errors);
  },
  gitRepo(source, field, errors) {
    if (!source.repository) errors.push(required(`${field}.repository`));
    checkLocalDescendingPath(source.directory ?? "", `${field}.directory`, errors);
  },
  secret(source, field, errors) {
    if (!source.secretName) errors.push(required(`${field}.secretName`));
    checkFileMode(source.defaultMode, `${field}.defaultMode`, errors);
    source.items?.forEach((item, index) => {
      checkKeyToPath(item, `${field}.items[${index}]`, errors);
    });
  },
  persistentVolumeClaim(source, field, errors) {
    if (!source.claimName) errors.push(required(`${field}.claimName`));
  },
  downwardAPI(source, field, errors) {
    checkFileMode(source.defaultMode, `${field}.defaultMode`, errors);
    for (const file of source.items ?? []) checkDownwardFile(file, field, errors);
  },
  configMap(source, field, errors) {
    if (!source.name) errors.push(required(`${field}.name`));
    checkFileMode(source.defaultMode, `${field}.defaultMode`, errors);
    source.items?.forEach((item, index) => {
      checkKeyToPath(item, `${field}.items[${index}]`, errors);
    });
  },
  projected(source, field, errors) {
    checkFileMode(source.defaultMode, `${field}.defaultMode`, errors);
    checkProjections(source, field, errors);
  },
  ephemeral(source, field, errors) {
    if (source.volumeClaimTemplate === undefined) errors.push(required(`${field}.volumeClaimTemplate`));
    else checkClaimTemplate(source.volumeClaimTemplate, `${field}.volumeClaimTemplate`, errors);
  },
  image(source, field, errors) {
    if (!source.reference) errors.push(required(`${field}.reference`));
    checkOptionalOneOf(source.pullPolicy, ["Always", "IfNotPresent", "Never"], `${field}.pullPolicy`, errors);
  },
  ...networkVolumeChecks,
};

function checkSource(volume: Volume, podName: string | undefined, path: string, errors: FieldError[]): void {
  let found = false;
  for (const kind of Object.keys(sourceChecks) as (keyof VolumeSource)[]) {
    if (volume[kind] === undefined) continue;
    if (found) errors.push(forbidden(`${path}.${kind}`, "may not specify more than 1 volume type"));
    else checkOne(kind, volume, `${path}.${kind}`, errors);
    found = true;
  }
  if (!found) errors.push(required(path, "must specify a volume type"));
  if (volume.ephemeral && podName && volume.name) {
    const claim = `${podName}-${volume.name}`;
    for (const reason of isDns1123Subdomain(claim)) {
      errors.push(invalid(`${path}.name`, volume.name, `PVC name ${JSON.stringify(claim)}: ${reason}`));
    }
  }
}

function checkOne<K extends keyof VolumeSource>(kind: K, volume: Volume, field: string, errors: FieldError[]): void {
  const check = sourceChecks[kind] as SourceCheck<K>;
  const source = volume[kind];
  if (source !== undefined) check(source as NonNullable<VolumeSource[K]>, field, errors);
}

function checkClaimTemplate(template: PersistentVolumeClaimTemplate, field: string, errors: FieldError[]): void {
  const metadata = template.metadata ?? {};
  checkLabels(metadata.labels, `${field}.metadata.labels`, errors);
  checkAnnotations(metadata.annotations, `${field}.metadata.annotations`, errors);
  for (const name of Object.keys(metadata)) {
    if (name !== "labels" && name !== "annotations")
      errors.push(forbidden(`${field}.metadata.${name}`, "cannot be set"));
  }
  checkClaimSpec(template.spec, `${field}.spec`, errors);
}
