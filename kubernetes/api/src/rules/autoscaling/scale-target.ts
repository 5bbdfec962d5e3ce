/** What both versions of the autoscaler say: whom to scale, and between which bounds. */
import { isPathSegmentName } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";

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

/** Refuses a target without kind and name. */
export function checkScaleTarget(
  target: { readonly kind?: string; readonly name?: string } | undefined,
  errors: FieldError[],
): void {
  for (const field of ["kind", "name"] as const) {
    const value = target?.[field];
    if (!value) errors.push(required(`spec.scaleTargetRef.${field}`));
    else
      for (const reason of isPathSegmentName(value))
        errors.push(invalid(`spec.scaleTargetRef.${field}`, value, reason));
  }
}
