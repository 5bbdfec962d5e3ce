/** ResourceSlice. */
import type { CounterSet, ResourceSlice, ResourceSliceSpec } from "@skiff/api/resource/v1";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkSet } from "../meta/lists.ts";
import { countGeneration } from "../strategy.ts";
import { checkCounters, checkDevice, checkNodeFields } from "./device.ts";
import { checkDriver, checkLabelName, checkPoolName } from "./device-names.ts";

const MOST_DEVICES = 128;
/** With taints, counters or lists of values a device may be larger, and there may be fewer of them. */
const MOST_LARGE_DEVICES = 64;
const MOST_COUNTER_SETS = 8;

function validate({ spec }: ResourceSlice): FieldError[] {
  const errors: FieldError[] = [];
  checkDriver(spec.driver, "spec.driver", errors);
  checkPool(spec, errors);
  checkPlace(spec, errors);
  if (spec.sharedCounters !== undefined && spec.devices !== undefined) {
    errors.push(invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed"));
  }
  const most = isLarge(spec) ? MOST_LARGE_DEVICES : MOST_DEVICES;
  const ownNodes = spec.perDeviceNodeSelection === true;
  const check: Parameters<typeof checkSet<NonNullable<ResourceSliceSpec["devices"]>[number]>>[4] = (device, path) =>
    checkDevice(device, ownNodes, path, errors);
  checkSet(spec.devices, most, "spec.devices", errors, check, ({ name }) => name);
  const counters = "spec.sharedCounters";
  checkSet(spec.sharedCounters, MOST_COUNTER_SETS, counters, errors, checkCounterSet, ({ name }) => name);
  return errors;
}

function isLarge({ devices = [] }: ResourceSliceSpec): boolean {
  return devices.some(
    ({ taints = [], consumesCounters = [], attributes = {} }) =>
      taints.length > 0 ||
      consumesCounters.length > 0 ||
      Object.values(attributes).some((one) => one.bools || one.ints || one.strings || one.versions),
  );
}

function checkPool({ pool }: ResourceSliceSpec, errors: FieldError[]): void {
  checkPoolName(pool?.name, "spec.pool.name", errors);
  const { resourceSliceCount = 0, generation = 0 } = pool ?? {};
  if (resourceSliceCount <= 0) {
    errors.push(invalid("spec.pool.resourceSliceCount", resourceSliceCount, "must be greater than zero"));
  }
  if (generation < 0) {
    errors.push(invalid("spec.pool.generation", generation, "must be greater than or equal to zero"));
  }
}

function checkPlace(spec: ResourceSliceSpec, errors: FieldError[]): void {
  const given = checkNodeFields(spec, "spec", "must be either unset or set to a non-empty string", errors);
  const terms = spec.nodeSelector?.nodeSelectorTerms ?? [];
  if (spec.nodeSelector && terms.length !== 1) {
    errors.push(invalid("spec.nodeSelector.nodeSelectorTerms", terms, "must have exactly one node selector term"));
  }
  if (spec.perDeviceNodeSelection) given.push("`perDeviceNodeSelection`");
  else if (spec.perDeviceNodeSelection === false) {
    errors.push(invalid("spec.perDeviceNodeSelection", false, "must be either unset or set to true"));
  }
  const which = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  if (given.length === 0) errors.push(required("spec", which));
  else if (given.length > 1) {
    errors.push(invalid("spec", `{${given.join(", ")}}`, `${which}, but multiple fields are set`));
  }
}

function checkCounterSet({ name, counters }: CounterSet, path: string, errors: FieldError[]): void {
  if (!name) errors.push(required(`${path}.name`));
  else checkLabelName(name, `${path}.name`, errors);
  checkCounters(counters, `${path}.counters`, errors);
}

export const resourceSliceRules: KindRules<ResourceSlice> = {
  validate,
  validateUpdate(slice, old) {
    const errors = validate(slice);
    checkImmutable(slice.spec.pool?.name, old.spec.pool?.name, "spec.pool.name", errors);
    checkImmutable(slice.spec.driver, old.spec.driver, "spec.driver", errors);
    checkImmutable(slice.spec.nodeName, old.spec.nodeName, "spec.nodeName", errors);
    return errors;
  },
  prepareForCreate(slice) {
    slice.metadata.generation = 1;
  },
  prepareForUpdate(slice, old) {
    countGeneration<ResourceSlice>(slice, old);
  },
  selectableFields({ spec }) {
    return { "spec.nodeName": spec.nodeName ?? "", "spec.driver": spec.driver ?? "" };
  },
};
