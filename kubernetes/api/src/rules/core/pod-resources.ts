/** Requests and limits of a Pod as a whole. */
import type { PodSpec, ResourceRequirements } from "@skiff/api/core/v1";
import { parseQuantity, type Quantity } from "../../quantity.ts";
import { type FieldError, forbidden, invalid, notSupported } from "../field-error.ts";
import { isHugePages } from "./resource-names.ts";
import { checkResources } from "./resource-requirements.ts";

const noClaims: ReadonlySet<string> = new Set();

/** Checks `spec.resources` against itself and against what the containers ask for. */
export function checkPodResources(spec: PodSpec, field: string, errors: FieldError[]): void {
  const resources = spec.resources;
  if (resources === undefined) return;
  if (resources.claims !== undefined) {
    errors.push(forbidden(`${field}.claims`, "claims cannot be set for Resources at pod-level"));
  }
  for (const kind of ["limits", "requests"] as const) {
    for (const name of Object.keys(resources[kind] ?? {})) {
      if (name === "cpu" || name === "memory" || isHugePages(name)) continue;
      errors.push(notSupported(`${field}.${kind}[${name}]`, name, ["cpu", "hugepages-", "memory"]));
    }
  }
  checkResources({ limits: resources.limits, requests: resources.requests }, noClaims, field, errors);
  checkAgainstContainers(spec, resources, field, errors);
}

function checkAgainstContainers(
  spec: PodSpec,
  resources: ResourceRequirements,
  field: string,
  errors: FieldError[],
): void {
  for (const [name, total] of totalRequests(spec)) {
    const request = resources.requests?.[name] ?? "0";
    if (total.cmp(parseQuantity(request)) <= 0) continue;
    const why = `must be greater than or equal to aggregate container requests of ${total}`;
    errors.push(invalid(`${field}.requests[${name}]`, request, why));
  }
  spec.containers?.forEach((container, index) => {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const podLimit = resources.limits?.[name];
      if (podLimit === undefined || parseQuantity(limit).cmp(parseQuantity(podLimit)) <= 0) continue;
      const why = `must be less than or equal to pod limits of ${podLimit}`;
      errors.push(invalid(`${field}.containers[${index}][${name}].limits`, limit, why));
    }
  });
}

/** Containers run together and add up; before them, each init container runs beside the sidecars already started. */
function totalRequests(spec: PodSpec): Map<string, Quantity> {
  const together = new Map<string, Quantity>();
  const peak = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    for (const [name, text] of Object.entries(container.resources?.requests ?? {})) {
      const sum = parseQuantity(text).add(together.get(name) ?? parseQuantity("0"));
      raise(peak, name, sum);
      if (container.restartPolicy === "Always") together.set(name, sum);
    }
  }
  for (const container of spec.containers ?? []) {
    for (const [name, text] of Object.entries(container.resources?.requests ?? {})) {
      together.set(name, parseQuantity(text).add(together.get(name) ?? parseQuantity("0")));
    }
  }
  for (const [name, sum] of together) raise(peak, name, sum);
  return peak;
}

function raise(peak: Map<string, Quantity>, name: string, value: Quantity): void {
  const before = peak.get(name);
  if (before === undefined || value.cmp(before) > 0) peak.set(name, value);
}
