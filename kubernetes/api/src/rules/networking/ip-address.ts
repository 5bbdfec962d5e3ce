/** IPAddress. */
import type { IPAddress } from "@skiff/api/networking/v1";
import { isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { type FieldError, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { canonicalIpReasons } from "../meta/addresses.ts";
import { checkOptionalForm, checkRequiredForm } from "../meta/formats.ts";
import { checkImmutable } from "../meta/immutable.ts";

function validate({ spec }: IPAddress): FieldError[] {
  const parent = spec?.parentRef;
  const field = "spec.parentRef";
  if (parent === undefined) return [required(field)];
  const errors: FieldError[] = [];
  checkOptionalForm(parent.group, isDns1123Subdomain, `${field}.group`, errors);
  checkRequiredForm(parent.resource, isPathSegmentName, `${field}.resource`, errors);
  checkRequiredForm(parent.name, isPathSegmentName, `${field}.name`, errors);
  checkOptionalForm(parent.namespace, isPathSegmentName, `${field}.namespace`, errors);
  return errors;
}

export const ipAddressRules: KindRules<IPAddress> = {
  name: canonicalIpReasons,
  validate,
  validateUpdate(address, old) {
    const errors: FieldError[] = [];
    checkImmutable(address.spec?.parentRef, old.spec?.parentRef, "spec.parentRef", errors);
    return errors;
  },
  selectableFields({ spec }) {
    const { group = "", resource = "", namespace = "", name = "" } = spec?.parentRef ?? {};
    return {
      "spec.parentRef.group": group,
      "spec.parentRef.resource": resource,
      "spec.parentRef.namespace": namespace,
      "spec.parentRef.name": name,
    };
  },
};
