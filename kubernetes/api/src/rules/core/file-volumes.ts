/** Volumes made of files the cluster writes: keys of ConfigMaps and Secrets, fields of the Pod, tokens. */
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from "@skiff/api/core/v1";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { checkFieldRef, checkResourceFieldRef } from "./env.ts";
import { checkFileMode, checkLocalFilePath } from "./paths.ts";

const volumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/** Checks which file a key becomes. */
export function checkKeyToPath(item: KeyToPath, field: string, errors: FieldError[]): void {
  if (!item.key) errors.push(required(`${field}.key`));
  if (!item.path) errors.push(required(`${field}.path`));
  checkLocalFilePath(item.path ?? "", `${field}.path`, errors);
  checkFileMode(item.mode, `${field}.mode`, errors);
}

/** Checks a file that holds a field of the Pod or a container's resources. */
export function checkDownwardFile(file: DownwardAPIVolumeFile, field: string, errors: FieldError[]): void {
  if (!file.path) errors.push(required(`${field}.path`));
  checkLocalFilePath(file.path ?? "", `${field}.path`, errors);
  if (file.fieldRef) {
    checkFieldRef(file.fieldRef, volumeFields, `${field}.fieldRef`, errors);
    if (file.resourceFieldRef) {
      errors.push(invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
    }
  } else if (file.resourceFieldRef) {
    checkResourceFieldRef(file.resourceFieldRef, true, `${field}.resourceFieldRef`, errors);
  } else errors.push(required(field, "one of fieldRef and resourceFieldRef is required"));
  checkFileMode(file.mode, `${field}.mode`, errors);
}

/** Checks the sources of a projected volume, whose files may not fall on each other. */
export function checkProjections(volume: ProjectedVolumeSource, field: string, errors: FieldError[]): void {
  const paths = new Set<string>();
  const claim = (path: string | undefined, value: string): void => {
    if (!path) return;
    if (paths.has(path)) errors.push(invalid(field, value, "conflicting duplicate paths"));
    paths.add(path);
  };
  volume.sources?.forEach((source, index) => {
    const path = `${field}.sources[${index}]`;
    checkProjection(source, field, path, claim, errors);
    const given = Object.values(source).filter((value) => value !== undefined).length;
    if (given > 1) errors.push(forbidden(path, "may not specify more than 1 volume type per source"));
  });
}

type Claim = (path: string | undefined, value: string) => void;

function checkProjection(
  source: VolumeProjection,
  volume: string,
  path: string,
  claim: Claim,
  errors: FieldError[],
): void {
  for (const kind of ["secret", "configMap"] as const) {
    const keys = source[kind];
    if (keys === undefined) continue;
    if (!keys.name) errors.push(required(`${path}.${kind}.name`));
    keys.items?.forEach((item, index) => {
      checkKeyToPath(item, `${path}.${kind}.items[${index}]`, errors);
      claim(item.path, keys.name ?? "");
    });
  }
  for (const file of source.downwardAPI?.items ?? []) {
    checkDownwardFile(file, `${path}.downwardAPI`, errors);
    claim(file.path, file.path);
  }
  if (source.serviceAccountToken) checkToken(source.serviceAccountToken, volume, path, errors);
  if (source.clusterTrustBundle) {
    checkTrustBundle(source.clusterTrustBundle, `${path}.clusterTrustBundle`, errors);
    claim(source.clusterTrustBundle.path, source.clusterTrustBundle.path);
  }
}

type Token = NonNullable<VolumeProjection["serviceAccountToken"]>;

function checkToken(token: Token, volume: string, path: string, errors: FieldError[]): void {
  const field = `${path}.serviceAccountToken.expirationSeconds`;
  const seconds = token.expirationSeconds ?? 0;
  if (seconds < 600) errors.push(invalid(field, seconds, "may not specify a duration less than 10 minutes"));
  if (seconds > 2 ** 32) errors.push(invalid(field, seconds, "may not specify a duration larger than 2^32 seconds"));
  if (!token.path) errors.push(required(`${volume}.path`));
  else checkLocalFilePath(token.path, `${volume}.path`, errors);
}

type TrustBundle = NonNullable<VolumeProjection["clusterTrustBundle"]>;

function checkTrustBundle(bundle: TrustBundle, field: string, errors: FieldError[]): void {
  if (bundle.name !== undefined && bundle.signerName !== undefined) {
    errors.push(invalid(field, bundle, "only one of name and signerName may be used"));
  } else if (bundle.name !== undefined) {
    if (bundle.name === "") errors.push(required(`${field}.name`, "must be a valid object name"));
    if (bundle.labelSelector) {
      const why = "labelSelector must be unset if name is specified";
      errors.push(invalid(`${field}.labelSelector`, bundle.labelSelector, why));
    }
  } else if (bundle.signerName !== undefined) {
    if (bundle.signerName === "") errors.push(required(`${field}.signerName`, "must be a valid signer name"));
    checkLabelSelector(bundle.labelSelector, `${field}.labelSelector`, errors);
  } else errors.push(required(field, "either name or signerName must be specified"));
  if (!bundle.path) errors.push(required(`${field}.path`));
  checkLocalFilePath(bundle.path ?? "", `${field}.path`, errors);
}
