/** VolumeAttributesClass. */
import type { VolumeAttributesClass } from "@skiff/api/storage/v1";
import { isQualifiedName } from "../../names.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { checkParameters } from "./parameters.ts";

function validate({ driverName = "", parameters }: VolumeAttributesClass): FieldError[] {
  const errors: FieldError[] = [];
  if (driverName === "") errors.push(required("driverName", driverName));
  else {
    for (const reason of isQualifiedName(driverName.toLowerCase())) {
      errors.push(invalid("driverName", driverName, reason));
    }
  }
  if (Object.keys(parameters ?? {}).length === 0) {
    errors.push(required("parameters", "must contain at least one key/value pair"));
  }
  checkParameters(parameters ?? {}, errors);
  return errors;
}

export const volumeAttributesClassRules: KindRules<VolumeAttributesClass> = {
  validate,
  validateUpdate(attributesClass, old) {
    const errors = validate(attributesClass);
    if (attributesClass.driverName !== old.driverName) {
      errors.push(forbidden("driverName", "updates to driverName are forbidden."));
    }
    if (!sameMeaning(attributesClass.parameters, old.parameters, "parameters")) {
      errors.push(forbidden("parameters", "updates to parameters are forbidden."));
    }
    return errors;
  },
};
