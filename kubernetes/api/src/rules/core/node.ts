/** Node. */
import type { Node, Taint } from "@skiff/api/core/v1";
import { isLabelValue, isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkCidr, familyOf } from "../meta/addresses.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { keep } from "../strategy.ts";
import { checkTaintEffect } from "./affinity.ts";
import { checkQuantity } from "./resource-requirements.ts";

function checkTaints(taints: readonly Taint[] | undefined, list: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  taints?.forEach((taint, index) => {
    const path = `${list}[${index}]`;
    const { key = "", value = "", effect = "" } = taint;
    for (const reason of isQualifiedName(key)) errors.push(invalid(`${path}.key`, key, reason));
    const reasons = isLabelValue(value);
    if (reasons.length > 0) errors.push(invalid(`${path}.value`, value, reasons.join(";")));
    if (effect === "") errors.push(required(`${path}.effect`));
    else checkTaintEffect(effect, `${path}.effect`, errors);
    if (seen.has(`${key}:${effect}`)) {
      errors.push({ ...duplicate(path, taint), detail: "taints must be unique by key and effect pair" });
    }
    seen.add(`${key}:${effect}`);
  });
}

function checkAmounts(node: Node, errors: FieldError[]): void {
  for (const kind of ["capacity", "allocatable"] as const) {
    for (const [name, text] of Object.entries(node.status?.[kind] ?? {})) {
      checkQuantity(name, text, `status.${kind}.${name}`, errors);
    }
  }
}

function checkPodCidrs(cidrs: readonly string[], errors: FieldError[]): void {
  const field = "spec.podCIDRs";
  cidrs.forEach((cidr, index) => {
    checkCidr(cidr, `${field}[${index}]`, errors);
  });
  if (cidrs.length < 2) return;
  if (new Set(cidrs.map(familyOf)).size < 2 || cidrs.length > 2) {
    errors.push(invalid(field, cidrs, "may specify no more than one CIDR for each IP family"));
  }
  cidrs.forEach((cidr, index) => {
    if (cidrs.indexOf(cidr) < index) errors.push(duplicate(`${field}[${index}]`, cidr));
  });
}

function checkAddresses(node: Node, errors: FieldError[]): void {
  const seen = new Set<string>();
  node.status?.addresses?.forEach((address, index) => {
    const key = `${address.type} ${address.address}`;
    if (seen.has(key)) errors.push(duplicate(`status.addresses[${index}]`, address));
    seen.add(key);
  });
}

function validateUpdate(node: Node, old: Node): FieldError[] {
  const errors: FieldError[] = [];
  checkAmounts(node, errors);
  checkAddresses(node, errors);
  const before = old.spec?.podCIDRs ?? [];
  if (before.length > 0 && !sameMeaning(node.spec?.podCIDRs, before)) {
    errors.push(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'));
  }
  if (old.spec?.providerID && old.spec.providerID !== node.spec?.providerID) {
    errors.push(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'));
  }
  checkTaints(node.spec?.taints, "metadata.taints", errors);
  if (errors.some(({ type, field }) => type === "FieldValueForbidden" && field.startsWith("spec."))) {
    const why =
      "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)";
    errors.push(forbidden("[]", why));
  }
  return errors;
}

export const nodeRules: KindRules<Node> = {
  warnings({ spec }) {
    const warnings: string[] = [];
    if (spec?.configSource) warnings.push("spec.configSource: the feature is no longer supported");
    if (spec?.externalID) {
      warnings.push("spec.externalID: this field is deprecated, and is unused by Kubernetes");
    }
    return warnings;
  },
  defaults(node) {
    // The older single field and the newer list say the same; where they differ the field wins.
    const { spec } = node;
    if (spec.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR];
    else if (spec.podCIDRs?.[0] !== undefined) spec.podCIDR = spec.podCIDRs[0];
    for (const name of Object.keys(node.status?.capacity ?? {})) {
      if (node.status === undefined) break;
      node.status.allocatable ??= {};
      node.status.allocatable[name] ??= node.status.capacity?.[name] ?? "0";
    }
  },
  validate(node) {
    const errors: FieldError[] = [];
    checkTaints(node.spec?.taints, "metadata.taints", errors);
    checkAmounts(node, errors);
    checkPodCidrs(node.spec?.podCIDRs ?? [], errors);
    return errors;
  },
  validateUpdate,
  validateStatusUpdate: validateUpdate,
  prepareForUpdate(node, old) {
    keep<Node>(node, old, "status");
  },
  prepareForStatusUpdate(node, old) {
    keep<Node>(node, old, "spec");
  },
  selectableFields(node) {
    return { "spec.unschedulable": String(node.spec?.unschedulable ?? false) };
  },
};
