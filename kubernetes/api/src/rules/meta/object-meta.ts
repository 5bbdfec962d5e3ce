/** `metadata`, which the caller of a kind's rules checks before them. */
import type { ObjectMeta, OwnerReference } from "@skiff/api/meta/v1";
import { isDns1123Label, isQualifiedName, subdomainName } from "../../names.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "./immutable.ts";
import { checkAnnotations, checkLabels } from "./labels.ts";

/** Finalizer names that need no domain in front, as they are older than that rule. */
const standardFinalizers: ReadonlySet<string> = new Set([
  "kubernetes",
  "metadata.finalizers.k8s.io",
  "orphan",
  "foregroundDeletion",
]);

/** The rules a kind has for its metadata. */
type MetaRules = Pick<KindRules<object>, "name" | "anyFinalizer">;

/** Checks the metadata of a new object. */
export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  { name = subdomainName, anyFinalizer = false }: MetaRules = {},
): FieldError[] {
  const field = "metadata";
  const errors: FieldError[] = [];
  if (meta.generateName) {
    for (const reason of name(meta.generateName, true)) {
      errors.push(invalid(`${field}.generateName`, meta.generateName, reason));
    }
  }
  if (!meta.name) errors.push(required(`${field}.name`, "name or generateName is required"));
  else for (const reason of name(meta.name)) errors.push(invalid(`${field}.name`, meta.name, reason));
  checkNamespace(meta, namespaced, field, errors);
  if ((meta.generation ?? 0) < 0) {
    errors.push(invalid(`${field}.generation`, meta.generation, "must be greater than or equal to 0"));
  }
  checkCommon(meta, field, errors);
  checkFinalizerForms(meta.finalizers, `${field}.finalizers`, errors);
  if (!anyFinalizer) checkFinalizerDomains(meta.finalizers, `${field}.finalizers`, errors);
  return errors;
}

/** Checks the metadata that is to replace `old`. */
export function validateObjectMetaUpdate(
  meta: ObjectMeta,
  old: ObjectMeta,
  { anyFinalizer = false }: MetaRules = {},
): FieldError[] {
  const field = "metadata";
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) checkNoNewFinalizers(meta, old, field, errors);
  if (!meta.resourceVersion) {
    errors.push(invalid(`${field}.resourceVersion`, meta.resourceVersion ?? "", "must be specified for an update"));
  }
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(`${field}.generation`, meta.generation ?? 0, "must not be decremented"));
  }
  checkImmutable(meta.name, old.name, `${field}.name`, errors);
  checkImmutable(meta.namespace, old.namespace, `${field}.namespace`, errors);
  checkImmutable(meta.uid, old.uid, `${field}.uid`, errors);
  checkImmutable(meta.creationTimestamp, old.creationTimestamp, `${field}.creationTimestamp`, errors);
  checkImmutable(meta.deletionTimestamp, old.deletionTimestamp, `${field}.deletionTimestamp`, errors);
  checkImmutable(
    meta.deletionGracePeriodSeconds,
    old.deletionGracePeriodSeconds,
    `${field}.deletionGracePeriodSeconds`,
    errors,
  );
  checkCommon(meta, field, errors);
  if (!anyFinalizer) checkFinalizerDomains(meta.finalizers, `${field}.finalizers`, errors);
  return errors;
}

function checkCommon(meta: ObjectMeta, field: string, errors: FieldError[]): void {
  checkLabels(meta.labels, `${field}.labels`, errors);
  checkAnnotations(meta.annotations, `${field}.annotations`, errors);
  checkOwnerReferences(meta.ownerReferences, `${field}.ownerReferences`, errors);
}

function checkNamespace(meta: ObjectMeta, namespaced: boolean, field: string, errors: FieldError[]): void {
  if (!namespaced) {
    if (meta.namespace) errors.push(forbidden(`${field}.namespace`, "not allowed on this type"));
    return;
  }
  if (!meta.namespace) errors.push(required(`${field}.namespace`));
  else
    for (const reason of isDns1123Label(meta.namespace))
      errors.push(invalid(`${field}.namespace`, meta.namespace, reason));
}

function checkOwnerReferences(
  references: readonly OwnerReference[] | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (references === undefined) return;
  let controller: string | undefined;
  for (const reference of references) {
    checkOwnerReference(reference, field, errors);
    if (reference.controller !== true) continue;
    const description = `${reference.kind}/${reference.name}`;
    if (controller === undefined) {
      controller = description;
      continue;
    }
    errors.push(
      invalid(
        field,
        references,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${description}`,
      ),
    );
  }
}

function checkOwnerReference(reference: OwnerReference, field: string, errors: FieldError[]): void {
  const version = (reference.apiVersion ?? "").split("/").at(-1) ?? "";
  if (version === "") {
    errors.push(invalid(`${field}.apiVersion`, reference.apiVersion ?? "", "version must not be empty"));
  }
  if (!reference.kind) errors.push(invalid(`${field}.kind`, "", "must not be empty"));
  if (!reference.name) errors.push(invalid(`${field}.name`, "", "must not be empty"));
  if (!reference.uid) errors.push(invalid(`${field}.uid`, "", "must not be empty"));
  if (reference.apiVersion === "v1" && reference.kind === "Event") {
    errors.push(invalid(field, reference, `${reference.apiVersion}, Kind=Event is disallowed from being an owner`));
  }
}

function checkFinalizerForms(finalizers: readonly string[] | undefined, field: string, errors: FieldError[]): void {
  if (finalizers === undefined) return;
  for (const finalizer of finalizers) {
    for (const reason of isQualifiedName(finalizer)) errors.push(invalid(field, finalizer, reason));
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    errors.push(invalid(field, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  }
}

/** Without a domain a finalizer is one of the oldest. */
function checkFinalizerDomains(finalizers: readonly string[] | undefined, field: string, errors: FieldError[]): void {
  finalizers?.forEach((finalizer, index) => {
    if (finalizer.includes("/") || standardFinalizers.has(finalizer)) return;
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    errors.push(invalid(`${field}[${index}]`, finalizer, why));
  });
}

function checkNoNewFinalizers(meta: ObjectMeta, old: ObjectMeta, field: string, errors: FieldError[]): void {
  const had = new Set(old.finalizers);
  const added = (meta.finalizers ?? []).filter((finalizer) => !had.has(finalizer));
  if (added.length === 0) return;
  const named = added.map((finalizer) => JSON.stringify(finalizer)).join(", ");
  errors.push(
    forbidden(
      `${field}.finalizers`,
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${named}}`,
    ),
  );
}
