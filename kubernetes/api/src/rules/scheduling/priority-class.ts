/** PriorityClass. */
import type { PriorityClass } from "@skiff/api/scheduling/v1";
import { type FieldError, forbidden } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkOneOf } from "../meta/one-of.ts";

/** Higher values, and names with this prefix, are for the system's own Pods. */
const HIGHEST_FOR_USERS = 1_000_000_000;
const SYSTEM_PREFIX = "system-";

/** The classes every cluster has. */
export const systemPriorityClasses: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

function validate(priorityClass: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  const name = priorityClass.metadata.name ?? "";
  const value = priorityClass.value ?? 0;
  if (name.startsWith(SYSTEM_PREFIX)) {
    if (systemPriorityClasses[name] !== value) {
      const why = "priority class names with 'system-' prefix are reserved for system use only. error: ";
      const detail =
        systemPriorityClasses[name] === undefined
          ? `${name} is not a known system priority class`
          : `value of ${name} PriorityClass must be ${systemPriorityClasses[name]}`;
      errors.push(forbidden("metadata.name", why + detail));
    }
  } else if (value > HIGHEST_FOR_USERS) {
    errors.push(forbidden("value", `maximum allowed value of a user defined priority is ${HIGHEST_FOR_USERS}`));
  }
  if (priorityClass.preemptionPolicy !== undefined) {
    checkOneOf(priorityClass.preemptionPolicy, ["PreemptLowerPriority", "Never"], "preemptionPolicy", errors);
  }
  return errors;
}

export const priorityClassRules: KindRules<PriorityClass> = {
  defaults(priorityClass) {
    priorityClass.preemptionPolicy ??= "PreemptLowerPriority";
  },
  validate,
  validateUpdate(priorityClass, old) {
    const errors: FieldError[] = [];
    if ((priorityClass.value ?? 0) !== (old.value ?? 0)) {
      errors.push(forbidden("value", "may not be changed in an update."));
    }
    if (priorityClass.preemptionPolicy !== old.preemptionPolicy) {
      errors.push(forbidden("preemptionPolicy", "may not be changed in an update."));
    }
    return errors;
  },
  prepareForCreate(priorityClass) {
    priorityClass.metadata.generation = 1;
  },
};
