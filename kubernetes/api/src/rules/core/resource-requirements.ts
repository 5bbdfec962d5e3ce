/** Requests and limits. */
import type { Container, ResourceRequirements } from "@skiff/api/core/v1";
import { parseQuantity, type Quantity } from "../../quantity.ts";
import { duplicate, type FieldError, forbidden, invalid, notFound, required } from "../field-error.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { checkContainerResourceName, isCountedWhole, isExtended, isHugePages } from "./resource-names.ts";

const zero = parseQuantity("0");

/** Refuses a quantity below zero, and part of a resource that only comes whole. */
export function checkQuantity(name: string, text: string, field: string, errors: FieldError[]): void {
  const quantity = parseQuantity(text);
  if (quantity.cmp(zero) < 0) errors.push(invalid(field, text, "must be greater than or equal to 0"));
  if (isCountedWhole(name) && !isWhole(quantity)) errors.push(invalid(field, text, "must be an integer"));
}

/** Refuses a quantity that is not above zero. */
export function checkPositiveQuantity(text: string, field: string, errors: FieldError[]): void {
  if (parseQuantity(text).cmp(zero) <= 0) errors.push(invalid(field, text, "must be greater than zero"));
}

function isWhole(quantity: Quantity): boolean {
  return quantity.milliValue() % 1000 === 0;
}

/** Checks what one container asks for; `claims` are the names of the Pod's resource claims. */
export function checkResources(
  resources: ResourceRequirements | undefined,
  claims: ReadonlySet<string>,
  field: string,
  errors: FieldError[],
): void {
  if (resources === undefined) return;
  const { limits = {}, requests = {} } = resources;
  let cpuOrMemory = false;
  let hugePages = false;
  for (const name in limits) {
    const limit = limits[name] ?? "0";
    const path = `${field}.limits[${name}]`;
    checkContainerResourceName(name, path, errors);
    checkQuantity(name, limit, path, errors);
    if (isHugePages(name)) hugePages = true;
    if (name === "cpu" || name === "memory") cpuOrMemory = true;
  }
  for (const name in requests) {
    const request = requests[name] ?? "0";
    const path = `${field}.requests[${name}]`;
    checkContainerResourceName(name, path, errors);
    checkQuantity(name, request, path, errors);
    checkRequest(name, request, limits[name], `${field}.requests`, errors);
    if (isHugePages(name)) hugePages = true;
    if (name === "cpu" || name === "memory") cpuOrMemory = true;
  }
  if (hugePages && !cpuOrMemory) errors.push(forbidden(field, "HugePages require cpu or memory"));
  checkClaims(resources, claims, `${field}.claims`, errors);
}

/** A request may not be above its limit, and equals it where the resource cannot be overcommitted. */
function checkRequest(
  name: string,
  request: string,
  limit: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  const exact = isExtended(name) || isHugePages(name);
  if (limit === undefined) {
    if (exact)
      errors.push(required(field.replace(/requests$/, "limits"), "Limit must be set for non overcommitable resources"));
    return;
  }
  const order = parseQuantity(request).cmp(parseQuantity(limit));
  if (exact && order !== 0) errors.push(invalid(field, request, `must be equal to ${name} limit of ${limit}`));
  else if (order > 0) errors.push(invalid(field, request, `must be less than or equal to ${name} limit of ${limit}`));
}

function checkClaims(
  resources: ResourceRequirements,
  claims: ReadonlySet<string>,
  field: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  resources.claims?.forEach((claim, index) => {
    const path = `${field}[${index}]`;
    if (!claim.name) {
      errors.push(required(`${path}.name`));
      return;
    }
    const key = claim.request ? `${claim.name}/${claim.request}` : claim.name;
    if (seen.has(key)) errors.push(duplicate(path, claim.name));
    seen.add(key);
    if (!claims.has(claim.name)) errors.push(notFound(path, claim.name));
  });
}

const resizable = ["cpu", "memory"];

/** Checks how a container takes a change of its resources. */
export function checkResizePolicy(
  container: Pick<Container, "resizePolicy">,
  podRestartPolicy: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  container.resizePolicy?.forEach((policy, index) => {
    if (seen.has(policy.resourceName)) errors.push(duplicate(`${field}[${index}]`, policy.resourceName));
    seen.add(policy.resourceName);
    checkOneOf(policy.resourceName, resizable, field, errors);
    checkOneOf(policy.restartPolicy, ["NotRequired", "RestartContainer"], field, errors);
    if (podRestartPolicy === "Never" && policy.restartPolicy !== "NotRequired") {
      errors.push(invalid(field, policy.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
  });
}
