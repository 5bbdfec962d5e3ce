/** Namespace: lives in a phase, and is held back from its end by `spec.finalizers`. */
import type { Namespace } from "@skiff/api/core/v1";
import { isQualifiedName, labelName } from "../../names.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { keep } from "../strategy.ts";

/** The label every Namespace carries with its own name, for selectors of other objects. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** Checks the finalizers of a Namespace, also when they are taken away one by one. */
export function checkNamespaceFinalizers(namespace: Namespace, errors: FieldError[]): void {
  const field = "spec.finalizers";
  for (const finalizer of namespace.spec?.finalizers ?? []) {
    const reasons = isQualifiedName(finalizer);
    for (const reason of reasons) errors.push(invalid(field, finalizer, reason));
    if (reasons.length > 0 || finalizer.includes("/") || finalizer === "kubernetes") continue;
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    errors.push(invalid(field, finalizer, why));
  }
}

function labelWithName(namespace: Mutable<Namespace>): void {
  if (!namespace.metadata.name) return;
  namespace.metadata.labels ??= {};
  namespace.metadata.labels[NAME_LABEL] = namespace.metadata.name;
}

export const namespaceRules: KindRules<Namespace> = {
  name: labelName,
  defaults(namespace) {
    labelWithName(namespace);
    namespace.status ??= {};
    namespace.status.phase ??= "Active";
  },
  validate(namespace) {
    const errors: FieldError[] = [];
    checkNamespaceFinalizers(namespace, errors);
    return errors;
  },
  validateUpdate() {
    return [];
  },
  validateStatusUpdate(namespace) {
    const phase = namespace.status?.phase ?? "";
    if (namespace.metadata.deletionTimestamp === undefined) {
      if (phase === "Active") return [];
      return [invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty")];
    }
    if (phase === "Terminating") return [];
    return [invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
  },
  parts: {
    finalize: {
      prepareForUpdate(namespace, old) {
        keep<Namespace>(namespace, old, "status");
      },
      validateUpdate(namespace) {
        const errors: FieldError[] = [];
        checkNamespaceFinalizers(namespace, errors);
        return errors;
      },
    },
  },
  prepareForCreate(namespace) {
    namespace.status = { phase: "Active" };
    namespace.spec ??= {};
    namespace.spec.finalizers ??= [];
    if (!namespace.spec.finalizers.includes("kubernetes")) namespace.spec.finalizers.push("kubernetes");
  },
  prepareForUpdate(namespace, old) {
    keep<Namespace>(namespace, old, "status");
    keep<Namespace>(namespace, old, "spec");
  },
  prepareForStatusUpdate(namespace, old) {
    keep<Namespace>(namespace, old, "spec");
  },
  selectableFields(namespace) {
    return { "status.phase": namespace.status?.phase ?? "" };
  },
};
