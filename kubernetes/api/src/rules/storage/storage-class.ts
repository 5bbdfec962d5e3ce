/** StorageClass. */
import type { StorageClass } from "@skiff/api/storage/v1";
import { isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { oldNodeLabel } from "../meta/warning-parts.ts";
import { checkParameters } from "./parameters.ts";

function validate(storageClass: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  const provisioner = storageClass.provisioner ?? "";
  if (provisioner === "") errors.push(required("provisioner", provisioner));
  else {
    for (const reason of isQualifiedName(provisioner.toLowerCase())) {
      errors.push(invalid("provisioner", provisioner, reason));
    }
  }
  checkParameters(storageClass.parameters ?? {}, errors);
  if (storageClass.reclaimPolicy) {
    checkOneOf(storageClass.reclaimPolicy, ["Delete", "Retain"], "reclaimPolicy", errors);
  }
  checkOneOf(storageClass.volumeBindingMode, ["Immediate", "WaitForFirstConsumer"], "volumeBindingMode", errors);
  storageClass.allowedTopologies?.forEach((term, index) => {
    const keys = new Set<string>();
    term.matchLabelExpressions?.forEach(({ key = "", values = [] }, at) => {
      const path = `allowedTopologies[${index}].matchLabelExpressions[${at}]`;
      if (values.length === 0) errors.push(required(`${path}.values`));
      values.forEach((value, position) => {
        if (values.indexOf(value) < position) errors.push(duplicate(`${path}.values[${position}]`, value));
      });
      for (const reason of isQualifiedName(key)) errors.push(invalid(`${path}.key`, key, reason));
      if (keys.has(key)) errors.push(duplicate(`${path}.key`, key));
      keys.add(key);
    });
  });
  return errors;
}

export const storageClassRules: KindRules<StorageClass> = {
  warnings({ allowedTopologies }) {
    const warnings: string[] = [];
    allowedTopologies?.forEach(({ matchLabelExpressions }, index) => {
      matchLabelExpressions?.forEach(({ key }, at) => {
        const why = oldNodeLabel(key);
        if (why) warnings.push(`allowedTopologies[${index}].matchLabelExpressions[${at}].key: ${key} is ${why}`);
      });
    });
    return warnings;
  },
  defaults(storageClass) {
    storageClass.reclaimPolicy ??= "Delete";
    storageClass.volumeBindingMode ??= "Immediate";
  },
  validate,
  validateUpdate(storageClass, old) {
    const errors = validate(storageClass);
    if (!sameMeaning(storageClass.parameters, old.parameters, "parameters")) {
      errors.push(forbidden("parameters", "updates to parameters are forbidden."));
    }
    if (storageClass.provisioner !== old.provisioner) {
      errors.push(forbidden("provisioner", "updates to provisioner are forbidden."));
    }
    if (storageClass.reclaimPolicy !== old.reclaimPolicy) {
      errors.push(forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."));
    }
    checkImmutable(storageClass.volumeBindingMode, old.volumeBindingMode, "volumeBindingMode", errors);
    return errors;
  },
};
