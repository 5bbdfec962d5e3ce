/** CSIDriver and CSINode. */
import type { CSIDriver, CSINode, CSINodeDriver } from "@skiff/api/storage/v1";
import { isQualifiedName, longerThan } from "../../names.ts";
import { duplicate, type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { countGeneration } from "../strategy.ts";
import { checkDriverName } from "./driver-name.ts";

const NODE_ID_LIMIT = 192;

function validateDriver({ metadata, spec }: CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  checkDriverName(metadata.name ?? "", "metadata.name", errors);
  for (const field of ["attachRequired", "podInfoOnMount", "storageCapacity", "seLinuxMount"] as const) {
    if (spec[field] === undefined) errors.push(required(`spec.${field}`));
  }
  const policies = ["File", "None", "ReadWriteOnceWithFSType"];
  checkOneOf(spec.fsGroupPolicy, policies, "spec.fsGroupPolicy", errors);
  spec.volumeLifecycleModes?.forEach((mode) => {
    checkOneOf(mode, ["Ephemeral", "Persistent"], "spec.volumeLifecycleModes", errors);
  });
  const audiences = new Set<string>();
  spec.tokenRequests?.forEach(({ audience, expirationSeconds }, index) => {
    const path = `spec.tokenRequests[${index}]`;
    if (audiences.has(audience)) errors.push(duplicate(`${path}.audience`, audience));
    audiences.add(audience);
    if (expirationSeconds !== undefined && expirationSeconds < 600) {
      const why = "may not specify a duration less than 10 minutes";
      errors.push(invalid(`${path}.expirationSeconds`, expirationSeconds, why));
    }
  });
  return errors;
}

export const csiDriverRules: KindRules<CSIDriver> = {
  defaults({ spec }) {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
    if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ["Persistent"];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  validate: validateDriver,
  validateUpdate(driver, old) {
    const errors = validateDriver(driver);
    for (const field of ["attachRequired", "volumeLifecycleModes"] as const) {
      checkImmutable(driver.spec[field], old.spec[field], `spec.${field}`, errors);
    }
    return errors;
  },
  prepareForCreate(driver) {
    driver.metadata.generation = 1;
  },
  prepareForUpdate(driver, old) {
    countGeneration<CSIDriver>(driver, old);
  },
};

function checkNodeDriver(driver: CSINodeDriver, path: string, errors: FieldError[]): void {
  checkDriverName(driver.name ?? "", `${path}.name`, errors);
  const id = driver.nodeID ?? "";
  if (id === "") errors.push(required(`${path}.nodeID`, id));
  if (longerThan(id, NODE_ID_LIMIT)) {
    errors.push(invalid(`${path}.nodeID`, id, `must be ${NODE_ID_LIMIT} characters or less`));
  }
  if ((driver.allocatable?.count ?? 0) < 0) {
    errors.push(invalid(`${path}.allocatable.count`, driver.allocatable?.count, "must be greater than or equal to 0"));
  }
  const keys = new Set<string>();
  for (const key of driver.topologyKeys ?? []) {
    if (keys.has(key)) errors.push(duplicate(`${path}.topologyKeys`, key));
    keys.add(key);
    for (const reason of isQualifiedName(key)) errors.push(invalid(`${path}.topologyKeys`, key, reason));
  }
}

function validateNode({ spec }: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  spec.drivers?.forEach((driver, index) => {
    const path = `spec.drivers[${index}]`;
    checkNodeDriver(driver, path, errors);
    if (names.has(driver.name)) errors.push(duplicate(`${path}.name`, driver.name));
    names.add(driver.name);
  });
  return errors;
}

export const csiNodeRules: KindRules<CSINode> = {
  validate: validateNode,
  validateUpdate(node, old) {
    const errors = validateNode(node);
    for (const before of old.spec.drivers ?? []) {
      const after = node.spec.drivers?.find((driver) => driver.name === before.name);
      if (after === undefined || sameMeaning({ ...after, allocatable: before.allocatable }, before)) continue;
      errors.push(invalid("spec.drivers", after, "field is immutable"));
    }
    return errors;
  },
  allowUnconditionalUpdate: false,
};
