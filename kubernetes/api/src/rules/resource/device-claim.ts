/** What devices a claim asks for. */
import type {
  DeviceClaim,
  DeviceConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
} from "@skiff/api/resource/v1";
import { isDns1123Subdomain, isQualifiedName, longerThan } from "../../names.ts";
import { type FieldError, invalid, notSupported, required, tooLong } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { checkOptionalForm, checkRequiredForm } from "../meta/formats.ts";
import { checkItems, checkSet } from "../meta/lists.ts";
import { checkDriver, checkFullyQualifiedName, checkLabelName } from "./device-names.ts";

const MOST_REQUESTS = 32;
const MOST_ALTERNATIVES = 8;
const EXPRESSION_LIMIT = 10 * 1024;
const PARAMETERS_LIMIT = 10 * 1024;

/** The most selectors, constraints or configurations a list may have. */
export const MOST_ITEMS = 32;

/** The names of the requests of a claim, each with those of its alternatives. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

/** Fills in how many devices are asked for, and how tolerations compare. */
export function defaultDeviceClaim(claim: Mutable<DeviceClaim> | undefined): void {
  for (const request of claim?.requests ?? []) {
    for (const one of [request.exactly, ...(request.firstAvailable ?? [])]) {
      if (one === undefined) continue;
      one.allocationMode ||= "ExactCount";
      if (one.allocationMode === "ExactCount") one.count ||= 1;
      for (const toleration of one.tolerations ?? []) toleration.operator ??= "Equal";
    }
  }
}

/** The names requests may be referred to by. */
export function requestNamesOf(claim: DeviceClaim | undefined): RequestNames {
  return new Map(
    (claim?.requests ?? []).map(({ name, firstAvailable = [] }) => [
      name,
      new Set(firstAvailable.map((one) => one.name)),
    ]),
  );
}

/** Checks what a claim or a template asks for. */
export function checkDeviceClaim(claim: DeviceClaim | undefined, path: string, errors: FieldError[]): void {
  if (claim === undefined) return;
  const names = requestNamesOf(claim);
  checkSet(claim.requests, MOST_REQUESTS, `${path}.requests`, errors, checkRequest, ({ name }) => name);
  checkItems(claim.constraints, MOST_ITEMS, `${path}.constraints`, errors, (constraint, field) => {
    checkConstraint(constraint, names, field, errors);
  });
  checkItems(claim.config, MOST_ITEMS, `${path}.config`, errors, (config, field) => {
    checkRequestRefs(config.requests, names, `${field}.requests`, errors);
    checkConfiguration(config, field, errors);
  });
}

function checkRequest(request: DeviceRequest, path: string, errors: FieldError[]): void {
  checkLabelName(request.name, `${path}.name`, errors);
  const { exactly, firstAvailable = [] } = request;
  const which = "exactly one of `exactly` or `firstAvailable` is required";
  if (exactly && firstAvailable.length > 0) {
    errors.push(invalid(path, undefined, `${which}, but multiple fields are set`));
  } else if (exactly) checkWanted(exactly, `${path}.exactly`, errors);
  else if (firstAvailable.length === 0) errors.push(required(path, which));
  const checkOne = (one: DeviceSubRequest, field: string) => {
    checkLabelName(one.name, `${field}.name`, errors);
    checkWanted(one, field, errors);
  };
  if (!exactly) {
    checkSet(firstAvailable, MOST_ALTERNATIVES, `${path}.firstAvailable`, errors, checkOne, ({ name }) => name);
  }
}

function checkWanted(wanted: ExactDeviceRequest | DeviceSubRequest, path: string, errors: FieldError[]): void {
  checkRequiredForm(wanted.deviceClassName, isDns1123Subdomain, `${path}.deviceClassName`, errors);
  checkSelectors(wanted.selectors, `${path}.selectors`, errors);
  const { allocationMode = "", count = 0 } = wanted;
  if (allocationMode === "All") {
    const why = "must not be specified when allocationMode is 'All'";
    if (count !== 0) errors.push(invalid(`${path}.count`, count, why));
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) errors.push(invalid(`${path}.count`, count, "must be greater than zero"));
  } else errors.push(notSupported(`${path}.allocationMode`, allocationMode, ["All", "ExactCount"]));
  wanted.tolerations?.forEach((toleration, index) => {
    checkToleration(toleration, `${path}.tolerations[${index}]`, errors);
  });
}

/** Checks the expressions that choose devices: they are there, and not too long. */
export function checkSelectors(
  selectors: readonly DeviceSelector[] | undefined,
  list: string,
  errors: FieldError[],
): void {
  checkItems(selectors, MOST_ITEMS, list, errors, ({ cel }, path) => {
    if (cel === undefined) errors.push(required(`${path}.cel`));
    else if (longerThan(cel.expression ?? "", EXPRESSION_LIMIT)) {
      errors.push(tooLong(`${path}.cel.expression`, EXPRESSION_LIMIT));
    }
  });
}

/** Checks which taints of a device are put up with. */
export function checkToleration(toleration: DeviceToleration, path: string, errors: FieldError[]): void {
  const { key, operator = "", value, effect } = toleration;
  checkOptionalForm(key, isQualifiedName, `${path}.key`, errors);
  if (operator === "Exists") {
    if (value) errors.push(invalid(`${path}.value`, value, "must be empty for operator `Exists`"));
  } else if (operator === "") errors.push(required(`${path}.operator`));
  else if (operator !== "Equal") errors.push(notSupported(`${path}.operator`, operator, ["Equal", "Exists"]));
  if (operator === "Equal" && !key) errors.push(required(`${path}.key`));
  if (effect && effect !== "NoExecute" && effect !== "NoSchedule") {
    errors.push(notSupported(`${path}.effect`, effect, ["NoExecute", "NoSchedule"]));
  }
}

function checkConstraint(constraint: DeviceConstraint, names: RequestNames, path: string, errors: FieldError[]): void {
  checkRequestRefs(constraint.requests, names, `${path}.requests`, errors);
  const { matchAttribute, distinctAttribute } = constraint;
  if (matchAttribute !== undefined) checkFullyQualifiedName(matchAttribute, `${path}.matchAttribute`, errors);
  else if (distinctAttribute !== undefined) {
    checkFullyQualifiedName(distinctAttribute, `${path}.distinctAttribute`, errors);
  } else errors.push(required(`${path}.matchAttribute`));
}

/** Checks names of requests: each is one of the claim, or one and its alternative with a slash between. */
export function checkRequestRefs(
  refs: readonly string[] | undefined,
  names: RequestNames,
  list: string,
  errors: FieldError[],
): void {
  const checkRef = (ref: string, field: string) => checkRequestRef(ref, names, field, errors);
  checkSet(refs, MOST_REQUESTS, list, errors, checkRef, (ref) => ref);
}

/** Checks one such name. */
export function checkRequestRef(ref: string, names: RequestNames, field: string, errors: FieldError[]): void {
  const why = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
  const segments = ref.split("/");
  if (segments.length > 2) {
    errors.push(invalid(field, ref, why));
    return;
  }
  for (const segment of segments) checkLabelName(segment, field, errors);
  const [request = "", alternative] = segments;
  const alternatives = names.get(request);
  if (alternatives && (alternative === undefined || alternatives.has(alternative))) return;
  errors.push(invalid(field, ref, why));
}

/** Checks what is handed on to a driver unread. */
export function checkConfiguration({ opaque }: DeviceConfiguration, path: string, errors: FieldError[]): void {
  if (opaque === undefined) {
    errors.push(required(`${path}.opaque`));
    return;
  }
  checkDriver(opaque.driver, `${path}.opaque.driver`, errors);
  checkRawObject(opaque.parameters, `${path}.opaque.parameters`, errors);
}

function checkRawObject(value: unknown, field: string, errors: FieldError[]): void {
  if (value === undefined || value === null) errors.push(required(field));
  else if (typeof value !== "object" || Array.isArray(value)) {
    errors.push(invalid(field, "<value omitted>", "must be a valid JSON object"));
  } else if (longerThan(JSON.stringify(value), PARAMETERS_LIMIT)) errors.push(tooLong(field, PARAMETERS_LIMIT));
}
