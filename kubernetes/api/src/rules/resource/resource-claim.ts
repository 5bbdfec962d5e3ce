/** ResourceClaim and ResourceClaimTemplate. */
import type {
  AllocationResult,
  DeviceRequestAllocationResult,
  ResourceClaim,
  ResourceClaimConsumerReference,
  ResourceClaimTemplate,
} from "@skiff/api/resource/v1";
import { checkNodeSelector } from "../core/affinity.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkAnnotations, checkLabels } from "../meta/labels.ts";
import { checkItems, checkSet } from "../meta/lists.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { keep } from "../strategy.ts";
import {
  checkConfiguration,
  checkDeviceClaim,
  checkRequestRef,
  checkRequestRefs,
  checkToleration,
  defaultDeviceClaim,
  MOST_ITEMS,
  type RequestNames,
  requestNamesOf,
} from "./device-claim.ts";
import { checkDriver, checkLabelName, checkPoolName } from "./device-names.ts";

const MOST_USERS = 256;

function validate({ spec }: ResourceClaim): FieldError[] {
  const errors: FieldError[] = [];
  checkDeviceClaim(spec.devices, "spec.devices", errors);
  return errors;
}

function validateStatusUpdate(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const errors: FieldError[] = [];
  const { reservedFor = [], allocation, devices } = claim.status ?? {};
  checkSet(reservedFor, MOST_USERS, "status.reservedFor", errors, checkUser, ({ uid }) => uid);
  const allocated = new Set((allocation?.devices?.results ?? []).map(idOf));
  checkSet(
    devices,
    Number.POSITIVE_INFINITY,
    "status.devices",
    errors,
    (device, path) => {
      checkDriver(device.driver, `${path}.driver`, errors);
      checkPoolName(device.pool, `${path}.pool`, errors);
      checkLabelName(device.device, `${path}.device`, errors);
      if (!allocated.has(idOf(device)))
        errors.push(invalid(path, idOf(device), "must be an allocated device in the claim"));
    },
    idOf,
  );
  if (reservedFor.length > 0) checkReservations(claim, old, errors);
  if (old.status?.allocation && allocation) {
    checkImmutable(allocation, old.status.allocation, "status.allocation", errors);
  } else if (allocation) checkAllocation(allocation, requestNamesOf(claim.spec.devices), "status.allocation", errors);
  return errors;
}

function idOf({
  driver,
  pool,
  device,
  shareID,
}: Pick<DeviceRequestAllocationResult, "driver" | "pool" | "device" | "shareID">): string {
  return [driver, pool, device, ...(shareID ? [shareID] : [])].join("/");
}

function checkUser(user: ResourceClaimConsumerReference, path: string, errors: FieldError[]): void {
  for (const name of ["resource", "name", "uid"] as const) {
    if (!user[name]) errors.push(required(`${path}.${name}`));
  }
}

/** A claim that is to be given back takes no new users. */
function checkReservations({ status, metadata }: ResourceClaim, old: ResourceClaim, errors: FieldError[]): void {
  const field = "status.reservedFor";
  if (status?.allocation === undefined) {
    errors.push(forbidden(field, "may not be specified when `allocated` is not set"));
    return;
  }
  if (metadata.deletionTimestamp === undefined) return;
  const before = new Set(old.status?.reservedFor?.map(({ uid }) => uid));
  if (status.reservedFor?.every(({ uid }) => before.has(uid))) return;
  const why = "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set";
  errors.push(forbidden(field, why));
}

function checkAllocation(allocation: AllocationResult, names: RequestNames, path: string, errors: FieldError[]): void {
  checkItems(allocation.devices?.results, MOST_ITEMS, `${path}.devices.results`, errors, (result, field) => {
    checkRequestRef(result.request, names, `${field}.request`, errors);
    checkDriver(result.driver, `${field}.driver`, errors);
    checkPoolName(result.pool, `${field}.pool`, errors);
    checkLabelName(result.device, `${field}.device`, errors);
    result.tolerations?.forEach((toleration, index) => {
      checkToleration(toleration, `${field}.tolerations[${index}]`, errors);
    });
  });
  checkItems(allocation.devices?.config, 2 * MOST_ITEMS, `${path}.devices.config`, errors, (config, field) => {
    checkOneOf(config.source, ["FromClaim", "FromClass"], `${field}.source`, errors);
    checkRequestRefs(config.requests, names, `${field}.requests`, errors);
    checkConfiguration(config, field, errors);
  });
  if (allocation.nodeSelector) checkNodeSelector(allocation.nodeSelector, `${path}.nodeSelector`, errors);
}

export const resourceClaimRules: KindRules<ResourceClaim> = {
  defaults({ spec }) {
    defaultDeviceClaim(spec.devices);
  },
  validate,
  validateUpdate(claim, old) {
    const errors: FieldError[] = [];
    checkImmutable(claim.spec, old.spec, "spec", errors);
    return errors;
  },
  validateStatusUpdate,
  prepareForCreate(claim) {
    claim.status = {};
  },
  prepareForUpdate(claim, old) {
    keep<ResourceClaim>(claim, old, "status");
  },
  prepareForStatusUpdate(claim, old) {
    keep<ResourceClaim>(claim, old, "spec");
  },
};

function validateTemplate({ spec }: ResourceClaimTemplate): FieldError[] {
  const errors: FieldError[] = [];
  checkAnnotations(spec.metadata?.annotations, "spec.metadata.annotations", errors);
  checkLabels(spec.metadata?.labels, "spec.metadata.labels", errors);
  checkDeviceClaim(spec.spec?.devices, "spec.spec.devices", errors);
  return errors;
}

export const resourceClaimTemplateRules: KindRules<ResourceClaimTemplate> = {
  defaults({ spec }) {
    defaultDeviceClaim(spec.spec?.devices);
  },
  validate: validateTemplate,
  validateUpdate(template, old) {
    const errors: FieldError[] = [];
    checkImmutable(template.spec, old.spec, "spec", errors);
    return errors;
  },
};
