/** Conditions in the status of flow schemas and priority levels. */
import { duplicate, type FieldError, required } from "../field-error.ts";

/** Refuses conditions without a type, and two of one type. */
export function checkConditions(
  conditions: readonly { readonly type?: string | undefined }[] | undefined,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  conditions?.forEach(({ type = "" }, index) => {
    const field = `status.conditions[${index}].type`;
    if (seen.has(type)) errors.push(duplicate(field, type));
    seen.add(type);
    if (type === "") errors.push(required(field, "must not be empty"));
  });
}
