/** DeviceClass. */
import type { DeviceClass } from "@skiff/api/resource/v1";
import { isExtended } from "../core/resource-names.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkItems } from "../meta/lists.ts";
import { countGeneration } from "../strategy.ts";
import { checkConfiguration, checkSelectors, MOST_ITEMS } from "./device-claim.ts";

function validate({ spec }: DeviceClass): FieldError[] {
  const errors: FieldError[] = [];
  checkSelectors(spec.selectors, "spec.selectors", errors);
  checkItems(spec.config, MOST_ITEMS, "spec.config", errors, checkConfiguration);
  const name = spec.extendedResourceName;
  if (name !== undefined && !isExtended(name)) {
    errors.push(invalid("spec.extendedResourceName", name, "must be a valid extended resource name"));
  }
  return errors;
}

export const deviceClassRules: KindRules<DeviceClass> = {
  validate,
  validateUpdate: validate,
  prepareForCreate(deviceClass) {
    deviceClass.metadata.generation = 1;
  },
  prepareForUpdate(deviceClass, old) {
    countGeneration<DeviceClass>(deviceClass, old);
  },
};
