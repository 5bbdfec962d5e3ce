/** PersistentVolumeClaim, also as the template StatefulSets and ephemeral volumes make claims from. */
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "@skiff/api/core/v1";
import { isDns1123Label, isDns1123Subdomain } from "../../names.ts";
import { parseQuantity } from "../../quantity.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { keep } from "../strategy.ts";
import { claimWarnings } from "./claim-warnings.ts";
import { checkPositiveQuantity } from "./resource-requirements.ts";

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** Fills in the spec of a claim. */
export function defaultClaimSpec(spec: Mutable<PersistentVolumeClaimSpec>): void {
  spec.volumeMode ??= "Filesystem";
  // The older field and the newer one say the same, unless the newer one reaches into another namespace.
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
    const { apiGroup, kind, name } = spec.dataSourceRef;
    spec.dataSource = { apiGroup, kind, name };
  }
}

/** Checks access modes, of a claim or a volume. */
export function checkAccessModes(modes: readonly string[], field: string, errors: FieldError[]): void {
  for (const mode of modes) if (!accessModes.includes(mode)) errors.push(notSupported(field, mode, accessModes));
  const others = modes.filter((mode) => mode !== "ReadWriteOncePod" && accessModes.includes(mode));
  if (modes.includes("ReadWriteOncePod") && others.length > 0) {
    errors.push(forbidden(field, "may not use ReadWriteOncePod with other access modes"));
  }
}

/** Checks the spec of a claim after its defaults. */
export function checkClaimSpec(spec: PersistentVolumeClaimSpec, path: string, errors: FieldError[]): void {
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${path}.accessModes`, "at least 1 access mode is required"));
  checkLabelSelector(spec.selector, `${path}.selector`, errors);
  checkAccessModes(modes, `${path}.accessModes`, errors);
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required(`${path}.resources[storage]`));
  else checkPositiveQuantity(storage, `${path}.resources[storage]`, errors);
  checkClassName(spec.storageClassName, `${path}.storageClassName`, errors);
  checkOptionalOneOf(spec.volumeMode, ["Block", "Filesystem"], `${path}.volumeMode`, errors);
  checkDataSource(spec.dataSource, `${path}.dataSource`, errors);
  checkDataSource(spec.dataSourceRef, `${path}.dataSourceRef`, errors);
  const { dataSource, dataSourceRef } = spec;
  if (dataSourceRef?.namespace) {
    for (const reason of isDns1123Label(dataSourceRef.namespace)) {
      errors.push(invalid(`${path}.dataSourceRef.namespace`, dataSourceRef.namespace, reason));
    }
    if (dataSource) {
      errors.push(
        invalid(path, `${path}.dataSource`, "may not be specified when dataSourceRef.namespace is specified"),
      );
    }
  } else if (dataSource && dataSourceRef) {
    const same = (["apiGroup", "kind", "name"] as const).every((key) => dataSource[key] === dataSourceRef[key]);
    if (!same) errors.push(invalid(path, `${path}.dataSource`, "must match dataSourceRef"));
  }
  checkClassName(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`, errors);
}

function checkClassName(name: string | undefined, field: string, errors: FieldError[]): void {
  if (!name) return;
  for (const reason of isDns1123Subdomain(name)) errors.push(invalid(field, name, reason));
}

type DataSource = PersistentVolumeClaimSpec["dataSource"];

function checkDataSource(source: DataSource, field: string, errors: FieldError[]): void {
  if (source === undefined) return;
  if (!source.name) errors.push(required(`${field}.name`));
  if (!source.kind) errors.push(required(`${field}.kind`));
  if (source.apiGroup) {
    for (const reason of isDns1123Subdomain(source.apiGroup)) {
      errors.push(invalid(`${field}.apiGroup`, source.apiGroup, reason));
    }
  } else if (source.kind !== "PersistentVolumeClaim") {
    const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(field, source.kind, why));
  }
}

function validate(claim: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  checkClaimSpec(claim.spec, "spec", errors);
  return errors;
}

function validateUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = validate(claim);
  const bound = claim.status?.phase === "Bound";
  const rest = structuredClone(claim.spec) as Mutable<PersistentVolumeClaimSpec>;
  // The one change every claim makes: it gets its volume. A class may be named late; a bound claim may grow.
  if (!old.spec.volumeName) rest.volumeName = old.spec.volumeName;
  if (old.spec.storageClassName === undefined) rest.storageClassName = undefined;
  const before = old.spec.resources?.requests?.storage ?? "0";
  const after = claim.spec.resources?.requests?.storage ?? "0";
  if (bound && rest.resources?.requests) rest.resources.requests.storage = before;
  if (bound && rest.volumeAttributesClassName !== undefined) {
    rest.volumeAttributesClassName = old.spec.volumeAttributesClassName;
  }
  if (!sameMeaning(rest, old.spec)) {
    const why =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    errors.push(forbidden("spec", `${why}\n${JSON.stringify(old.spec)} => ${JSON.stringify(rest)}\n`));
  }
  const shrinks = parseQuantity(after).cmp(parseQuantity(before)) < 0;
  const capacity = old.status?.capacity?.storage ?? "0";
  if (shrinks && parseQuantity(after).cmp(parseQuantity(capacity)) <= 0) {
    errors.push(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  }
  checkImmutable(claim.spec.volumeMode, old.spec.volumeMode, "volumeMode", errors);
  if (old.spec.volumeAttributesClassName !== undefined && claim.spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"));
  }
  return errors;
}

export const persistentVolumeClaimRules: KindRules<PersistentVolumeClaim> = {
  warnings: claimWarnings,
  defaults(claim) {
    claim.status ??= {};
    claim.status.phase ??= "Pending";
    defaultClaimSpec(claim.spec);
  },
  validate,
  validateUpdate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    for (const [name, amount] of Object.entries(status?.capacity ?? {})) {
      const value = parseQuantity(amount).value();
      if (value < 0) errors.push(invalid(`status.capacity[${name}]`, value, "must be a valid resource quantity"));
    }
    return errors;
  },
  prepareForCreate(claim) {
    claim.status = { phase: "Pending" };
  },
  prepareForUpdate(claim, old) {
    keep<PersistentVolumeClaim>(claim, old, "status");
  },
  prepareForStatusUpdate(claim, old) {
    keep<PersistentVolumeClaim>(claim, old, "spec");
  },
};
