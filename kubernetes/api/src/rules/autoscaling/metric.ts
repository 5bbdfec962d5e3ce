/** What an autoscaler goes by: one metric and its target. */
import type { MetricIdentifier, MetricSpec, MetricTarget } from "@skiff/api/autoscaling/v2";
import { isDns1123Label, isPathSegmentName } from "../../names.ts";
import { parseQuantity } from "../../quantity.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import { checkForm } from "../meta/formats.ts";
import { checkReference } from "./scale-target.ts";

const SOURCES = {
  Object: "object",
  External: "external",
  Pods: "pods",
  Resource: "resource",
  ContainerResource: "containerResource",
} as const;
const TYPES = ["ContainerResource", "External", "Object", "Pods", "Resource"];

/** Checks that the one source is given that `type` names, and checks that. */
export function checkMetric(metric: MetricSpec, path: string, errors: FieldError[]): void {
  const type = metric.type ?? "";
  if (type === "") errors.push(required(`${path}.type`, "must specify a metric source type"));
  if (!TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES));
  const given = Object.values(SOURCES).filter((name) => metric[name] !== undefined);
  if (given[0] !== undefined) checkSource(metric, given[0], `${path}.${given[0]}`, errors);
  const expected = SOURCES[type as keyof typeof SOURCES];
  // Upstream says it a second time here.
  if (expected === undefined) errors.push(notSupported(`${path}.type`, type, TYPES));
  else if (metric[expected] === undefined) {
    errors.push(required(`${path}.${expected}`, "must populate information for the given metric source"));
  }
  if (given.length === 1) return;
  for (const name of given.filter((one) => one !== expected).sort()) {
    errors.push(forbidden(`${path}.${name}`, "must populate the given metric source only"));
  }
}

type Source = (typeof SOURCES)[keyof typeof SOURCES];

function checkSource(metric: MetricSpec, source: Source, path: string, errors: FieldError[]): void {
  const target: Partial<MetricTarget> = metric[source]?.target ?? {};
  switch (source) {
    case "object":
      checkReference(metric.object?.describedObject, `${path}.describedObject`, errors);
      checkIdentifier(metric.object?.metric, `${path}.metric`, errors);
      break;
    case "external":
      checkIdentifier(metric.external?.metric, `${path}.metric`, errors);
      break;
    case "pods":
      checkIdentifier(metric.pods?.metric, `${path}.metric`, errors);
      break;
    case "containerResource": {
      const container = metric.containerResource?.container ?? "";
      if (container === "") errors.push(required(`${path}.container`, "must specify a container"));
      else checkForm(container, isDns1123Label, `${path}.container`, errors);
    }
  }
  if ((source === "resource" || source === "containerResource") && !metric[source]?.name) {
    errors.push(required(`${path}.name`, "must specify a resource name"));
  }
  checkTarget(target, `${path}.target`, errors);
  checkTargetOf(source, target, `${path}.target`, errors);
}

/** Checks which of the values of a target go with the source. */
function checkTargetOf(source: Source, target: Partial<MetricTarget>, field: string, errors: FieldError[]): void {
  const { value, averageValue, averageUtilization } = target;
  switch (source) {
    case "pods":
      if (averageValue === undefined || !isPositive(averageValue)) {
        errors.push(required(`${field}.averageValue`, "must specify a positive target averageValue"));
      }
      break;
    case "object":
    case "external":
      if (value === undefined && averageValue === undefined) {
        const why = "must set either a target value for metric or a per-pod target";
        errors.push(required(`${field}.averageValue`, why));
      }
      if (source === "external" && value !== undefined && averageValue !== undefined) {
        errors.push(forbidden(`${field}.value`, "may not set both a target value for metric and a per-pod target"));
      }
      break;
    default:
      if (averageUtilization === undefined && averageValue === undefined) {
        const why = "must set either a target raw value or a target utilization";
        errors.push(required(`${field}.averageUtilization`, why));
      }
      if (averageUtilization !== undefined && averageValue !== undefined) {
        errors.push(forbidden(`${field}.averageValue`, "may not set both a target raw value and a target utilization"));
      }
  }
}

function checkIdentifier(metric: MetricIdentifier | undefined, path: string, errors: FieldError[]): void {
  if (!metric?.name) errors.push(required(`${path}.name`, "must specify a metric name"));
  else checkForm(metric.name, isPathSegmentName, `${path}.name`, errors);
}

function checkTarget(target: Partial<MetricTarget>, field: string, errors: FieldError[]): void {
  const { type = "", value, averageValue, averageUtilization } = target;
  if (type === "") errors.push(required(`${field}.type`, "must specify a metric target type"));
  if (type !== "Utilization" && type !== "Value" && type !== "AverageValue") {
    errors.push(invalid(`${field}.type`, type, "must be either Utilization, Value, or AverageValue"));
  }
  for (const [name, amount] of Object.entries({ value, averageValue })) {
    if (amount !== undefined && !isPositive(amount))
      errors.push(invalid(`${field}.${name}`, amount, "must be positive"));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${field}.averageUtilization`, averageUtilization, "must be greater than 0"));
  }
}

function isPositive(amount: string): boolean {
  return parseQuantity(amount).cmp(parseQuantity("0")) > 0;
}
