/** ServiceCIDR. */
import type { ServiceCIDR } from "@skiff/api/networking/v1";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { canonicalCidrReasons, familyOf } from "../meta/addresses.ts";
import { checkForm } from "../meta/formats.ts";
import { keep } from "../strategy.ts";

const field = "spec.cidrs";

function validate({ spec }: ServiceCIDR): FieldError[] {
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(field, "at least one CIDR required")];
  if (cidrs.length > 2) return [invalid(field, spec, "may only hold up to 2 values")];
  const errors: FieldError[] = [];
  cidrs.forEach((cidr, index) => {
    checkForm(cidr, canonicalCidrReasons, `${field}[${index}]`, errors);
  });
  const [one, other] = cidrs;
  if (errors.length === 0 && one && other && familyOf(one) === familyOf(other)) {
    const why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    errors.push(invalid(field, cidrs, why));
  }
  return errors;
}

/** A second network, of the other family, may be added; nothing else may change. */
function validateUpdate(range: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const before = old.spec?.cidrs ?? [];
  const after = range.spec?.cidrs ?? [];
  const isGrown = before.length === 1 && after.length === 2;
  if (before.length !== after.length && !isGrown) return [invalid(field, after, "field is immutable")];
  const errors: FieldError[] = [];
  before.forEach((cidr, index) => {
    if (after[index] !== cidr) errors.push(invalid(`${field}[${index}]`, after[index], "field is immutable"));
  });
  return isGrown ? [...errors, ...validate(range)] : errors;
}

export const serviceCidrRules: KindRules<ServiceCIDR> = {
  validate,
  validateUpdate,
  prepareForCreate(range) {
    range.status = {};
  },
  prepareForUpdate(range, old) {
    keep<ServiceCIDR>(range, old, "status");
  },
  prepareForStatusUpdate(range, old) {
    keep<ServiceCIDR>(range, old, "spec");
  },
};
