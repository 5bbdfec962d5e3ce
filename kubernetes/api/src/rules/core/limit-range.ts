/** LimitRange. */
import type { LimitRange, LimitRangeItem } from "@skiff/api/core/v1";
import { isQualifiedName } from "../../names.ts";
import { parseQuantity, type Quantity } from "../../quantity.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { checkContainerResourceName, checkResourceName, isExtended, isHugePages } from "./resource-names.ts";

const types = ["Pod", "Container", "PersistentVolumeClaim"];

type Amounts = Readonly<Record<string, string>>;
type AmountField = "max" | "min" | "default" | "defaultRequest" | "maxLimitRequestRatio";

function checkItem(item: LimitRangeItem, path: string, errors: FieldError[]): void {
  const isPod = item.type === "Pod";
  const names = new Set<string>();
  for (const field of ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const) {
    const amounts = item[field] ?? {};
    if (isPod && (field === "default" || field === "defaultRequest")) {
      if (Object.keys(amounts).length === 0) continue;
      errors.push(forbidden(`${path}.${field}`, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    for (const name of Object.keys(amounts)) {
      names.add(name);
      const at = `${path}.${field}[${name}]`;
      if (isPod || item.type === "Container") checkContainerResourceName(name, at, errors);
      else checkResourceName(name, at, errors);
    }
  }
  if (item.type === "PersistentVolumeClaim" && !item.min?.storage && !item.max?.storage) {
    const why = "either minimum or maximum storage value is required, but neither was provided";
    errors.push(required(`${path}.limits`, why));
  }
  for (const name of names) checkAmounts(item, name, path, errors);
}

/** From low to high: min, defaultRequest, default, max. */
function checkAmounts(item: LimitRangeItem, name: string, path: string, errors: FieldError[]): void {
  const of = (field: AmountField): string | undefined => (item[field] as Amounts | undefined)?.[name];
  const [min, max, fallback, request, ratio] = [
    of("min"),
    of("max"),
    of("default"),
    of("defaultRequest"),
    of("maxLimitRequestRatio"),
  ];
  const at = (field: string): string => `${path}.${field}[${name}]`;
  if (above(min, max)) errors.push(invalid(at("min"), min, `min value ${min} is greater than max value ${max}`));
  if (above(min, request)) {
    errors.push(
      invalid(at("defaultRequest"), request, `min value ${min} is greater than default request value ${request}`),
    );
  }
  if (above(request, max)) {
    errors.push(
      invalid(at("defaultRequest"), request, `default request value ${request} is greater than max value ${max}`),
    );
  }
  if (above(request, fallback)) {
    const why = `default request value ${request} is greater than default limit value ${fallback}`;
    errors.push(invalid(at("defaultRequest"), request, why));
  }
  if (above(min, fallback)) {
    errors.push(invalid(at("default"), min, `min value ${min} is greater than default value ${fallback}`));
  }
  if (above(fallback, max)) {
    errors.push(invalid(at("default"), max, `default value ${fallback} is greater than max value ${max}`));
  }
  if (ratio !== undefined) checkRatio(ratio, min, max, at("maxLimitRequestRatio"), errors);
  const exact = isExtended(name) || isHugePages(name);
  if (exact && fallback !== undefined && request !== undefined && quantity(fallback).cmp(quantity(request)) !== 0) {
    const why = `default value ${fallback} must equal to defaultRequest value ${request} in ${name}`;
    errors.push(invalid(at("defaultRequest"), request, why));
  }
}

function checkRatio(
  ratio: string,
  min: string | undefined,
  max: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (quantity(ratio).cmp(quantity("1")) < 0) errors.push(invalid(field, ratio, `ratio ${ratio} is less than 1`));
  if (min === undefined || max === undefined) return;
  const most = quantity(max).toNumber() / quantity(min).toNumber();
  if (quantity(ratio).toNumber() <= most) return;
  errors.push(invalid(field, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`));
}

const quantity = (text: string): Quantity => parseQuantity(text);

function above(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && quantity(one).cmp(quantity(other)) > 0;
}

function validate({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  spec?.limits?.forEach((item, index) => {
    const path = `spec.limits[${index}]`;
    const type = item.type ?? "";
    const reasons = isQualifiedName(type);
    for (const reason of reasons) errors.push(invalid(`${path}.type`, type, reason));
    if (reasons.length === 0 && !type.includes("/") && !types.includes(type)) {
      errors.push(invalid(`${path}.type`, type, "must be a standard limit type or fully qualified"));
    }
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
    checkItem(item, path, errors);
  });
  return errors;
}

function fill(amounts: Mutable<Amounts>, from: Amounts | undefined): void {
  for (const [name, amount] of Object.entries(from ?? {})) amounts[name] ??= amount;
}

export const limitRangeRules: KindRules<LimitRange> = {
  allowCreateOnUpdate: true,
  defaults({ spec }) {
    for (const item of spec?.limits ?? []) {
      if (item.type !== "Container") continue;
      item.default ??= {};
      fill(item.default, item.max);
      item.defaultRequest ??= {};
      fill(item.defaultRequest, item.default);
      fill(item.defaultRequest, item.min);
      if (Object.keys(item.default).length === 0) delete item.default;
      if (Object.keys(item.defaultRequest).length === 0) delete item.defaultRequest;
    }
  },
  validate,
  validateUpdate: validate,
  prepareForCreate({ metadata }) {
    // A LimitRange may come without a name: nobody refers to it by one.
    if (!metadata.name && metadata.uid) metadata.name = metadata.uid;
  },
};
