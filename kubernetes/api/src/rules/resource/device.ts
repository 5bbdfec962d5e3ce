/** One device of a ResourceSlice. */
import type {
  Counter,
  Device,
  DeviceAttribute,
  DeviceCapacity,
  DeviceCounterConsumption,
  DeviceTaint,
} from "@skiff/api/resource/v1";
import { isDns1123Subdomain, isLabelValue, isQualifiedName, longerThan } from "../../names.ts";
import { checkNodeSelector } from "../core/affinity.ts";
import { type FieldError, forbidden, invalid, notSupported, required, tooLong, tooMany } from "../field-error.ts";
import { checkForm, checkOptionalForm } from "../meta/formats.ts";
import { checkItems, checkSet } from "../meta/lists.ts";
import { checkLabelName, checkQualifiedName } from "./device-names.ts";

const MOST_PROPERTIES = 32;
const MOST_VALUES = 48;
const VALUE_LIMIT = 64;
const MOST_TAINTS = 16;
const MOST_COUNTER_SETS = 2;
const MOST_COUNTERS = 32;
const NUMBER = "(0|[1-9]\\d*)";
const BEFORE_RELEASE = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const BUILD = "[0-9a-zA-Z-]+";
const semanticVersion = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${BEFORE_RELEASE}(\\.${BEFORE_RELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`,
);

/** Checks a device. `ownNodes` says that the slice leaves it to its devices to say where they are. */
export function checkDevice(device: Device, ownNodes: boolean, path: string, errors: FieldError[]): void {
  checkLabelName(device.name, `${path}.name`, errors);
  checkSize(device, path, errors);
  for (const [name, attribute] of Object.entries(device.attributes ?? {})) {
    checkQualifiedName(name, `${path}.attributes`, errors);
    checkAttribute(attribute, `${path}.attributes[${name}]`, errors);
  }
  for (const [name, capacity] of Object.entries(device.capacity ?? {})) {
    checkQualifiedName(name, `${path}.capacity`, errors);
    checkCapacity(capacity, device.allowMultipleAllocations === true, `${path}.capacity[${name}]`, errors);
  }
  checkItems(device.taints, MOST_TAINTS, `${path}.taints`, errors, checkTaint);
  const list = `${path}.consumesCounters`;
  checkSet(device.consumesCounters, MOST_COUNTER_SETS, list, errors, checkConsumption, ({ counterSet }) => counterSet);
  checkNodes(device, ownNodes, path, errors);
}

function checkSize(device: Device, path: string, errors: FieldError[]): void {
  const attributes = Object.values(device.attributes ?? {});
  const properties = attributes.length + Object.keys(device.capacity ?? {}).length;
  if (properties > MOST_PROPERTIES) {
    const why = `the total number of attributes and capacities must not exceed ${MOST_PROPERTIES}`;
    errors.push(invalid(path, properties, why));
  }
  const values = attributes.reduce((sum, attribute) => sum + Math.max(countItems(attribute), 1), 0);
  if (values > MOST_VALUES) {
    errors.push(invalid(path, values, `the total number of attribute values must not exceed ${MOST_VALUES}`));
  }
}

function countItems({ bools = [], ints = [], strings = [], versions = [] }: DeviceAttribute): number {
  return bools.length + ints.length + strings.length + versions.length;
}

function checkAttribute(attribute: DeviceAttribute, path: string, errors: FieldError[]): void {
  if (attribute.string !== undefined) checkString(attribute.string, `${path}.string`, errors);
  if (attribute.version !== undefined) checkVersion(attribute.version, `${path}.version`, errors);
  for (const name of ["bools", "ints", "strings", "versions"] as const) {
    if (attribute[name]?.length === 0) {
      errors.push(invalid(`${path}.${name}`, attribute[name], "must not be empty if specified"));
    }
  }
  attribute.strings?.forEach((value, index) => {
    checkString(value, `${path}.strings[${index}]`, errors);
  });
  attribute.versions?.forEach((value, index) => {
    checkVersion(value, `${path}.versions[${index}]`, errors);
  });
  const given = Object.values(attribute).filter((value) => value !== undefined).length;
  if (given !== 1) errors.push(invalid(path, given === 0 ? "" : attribute, "exactly one value must be specified"));
}

function checkString(value: string, field: string, errors: FieldError[]): void {
  if (longerThan(value, VALUE_LIMIT)) errors.push(tooLong(field, VALUE_LIMIT));
}

function checkVersion(value: string, field: string, errors: FieldError[]): void {
  if (!semanticVersion.test(value)) {
    errors.push(invalid(field, value, "must be a string compatible with semver.org spec 2.0.0"));
  }
  checkString(value, field, errors);
}

function checkCapacity({ requestPolicy }: DeviceCapacity, isShared: boolean, path: string, errors: FieldError[]): void {
  if (requestPolicy === undefined) return;
  const field = `${path}.requestPolicy`;
  if (!isShared) {
    errors.push(forbidden(field, "allowMultipleAllocations must be true"));
    return;
  }
  const { validValues = [], validRange, default: value } = requestPolicy;
  if (validValues.length > 0 && validRange) {
    const why = 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    errors.push(forbidden(field, why));
  } else if (value === undefined && (validValues.length > 0 || validRange)) {
    const what = validValues.length > 0 ? "validValues" : "validRange";
    errors.push(required(`${field}.default`, `required when ${what} is defined`));
  }
}

function checkTaint(taint: DeviceTaint, path: string, errors: FieldError[]): void {
  checkForm(taint.key, isQualifiedName, `${path}.key`, errors);
  checkOptionalForm(taint.value, isLabelValue, `${path}.value`, errors);
  const effects = ["NoExecute", "NoSchedule", "None"];
  if (!taint.effect) errors.push(required(`${path}.effect`));
  else if (!effects.includes(taint.effect)) errors.push(notSupported(`${path}.effect`, taint.effect, effects));
}

function checkConsumption(consumption: DeviceCounterConsumption, path: string, errors: FieldError[]): void {
  if (!consumption.counterSet) errors.push(required(`${path}.counterSet`));
  else checkLabelName(consumption.counterSet, `${path}.counterSet`, errors);
  checkCounters(consumption.counters, `${path}.counters`, errors);
}

/** Checks the names and the number of counters. */
export function checkCounters(
  counters: Readonly<Record<string, Counter>> | undefined,
  field: string,
  errors: FieldError[],
): void {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) errors.push(required(field));
  if (names.length > MOST_COUNTERS) {
    errors.push(tooMany(field, names.length, MOST_COUNTERS));
    return;
  }
  for (const name of names) checkLabelName(name, field, errors);
}

function checkNodes(device: Device, ownNodes: boolean, path: string, errors: FieldError[]): void {
  const { nodeName, nodeSelector, allNodes } = device;
  if (!ownNodes) {
    if (nodeName === undefined && nodeSelector === undefined && allNodes === undefined) return;
    const why =
      "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
    errors.push(invalid(path, undefined, why));
    return;
  }
  const given = checkNodeFields(device, path, "must not be empty", errors);
  const why =
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
  if (given.length === 0) errors.push(required(path, why));
  else if (given.length > 1) errors.push(invalid(path, `{${given.join(", ")}}`, why));
}

interface Placed {
  readonly nodeName?: Device["nodeName"];
  readonly nodeSelector?: Device["nodeSelector"];
  readonly allNodes?: Device["allNodes"];
}

/** Checks the fields that say where devices are, and gives the names of those that do, as messages show them. */
export function checkNodeFields(placed: Placed, path: string, emptyName: string, errors: FieldError[]): string[] {
  const given: string[] = [];
  if (placed.nodeName) {
    given.push("`nodeName`");
    checkForm(placed.nodeName, isDns1123Subdomain, `${path}.nodeName`, errors);
  } else if (placed.nodeName === "") errors.push(invalid(`${path}.nodeName`, "", emptyName));
  if (placed.nodeSelector) {
    given.push("`nodeSelector`");
    checkNodeSelector(placed.nodeSelector, `${path}.nodeSelector`, errors);
  }
  if (placed.allNodes) given.push("`allNodes`");
  else if (placed.allNodes === false) {
    errors.push(invalid(`${path}.allNodes`, false, "must be either unset or set to true"));
  }
  return given;
}
