/** What both versions of the autoscaler say: whom to scale, and between which bounds. */
import { isPathSegmentName } from "../../names.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { checkRequiredForm } from "../meta/formats.ts";

/** Refuses bounds that leave no room. */
export function checkReplicas(
  spec: { readonly minReplicas?: number | undefined; readonly maxReplicas?: number | undefined },
  errors: FieldError[],
): void {
  const { minReplicas, maxReplicas = 0 } = spec;
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  }
  if (maxReplicas < 1) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  }
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
}

/** Refuses a target without kind and name. */
export function checkScaleTarget(target: Reference | undefined, errors: FieldError[]): void {
  checkReference(target, "spec.scaleTargetRef", errors);
}

/** Refuses a reference without kind and name. */
export function checkReference(target: Reference | undefined, path: string, errors: FieldError[]): void {
  for (const field of ["kind", "name"] as const) {
    checkRequiredForm(target?.[field], isPathSegmentName, `${path}.${field}`, errors);
  }
}
