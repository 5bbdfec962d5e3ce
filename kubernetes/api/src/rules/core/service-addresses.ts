/** The cluster addresses of a Service and their families. */
import type { ServiceSpec } from "@skiff/api/core/v1";
import { duplicate, type FieldError, invalid, notSupported, required } from "../field-error.ts";
import { checkIp, familyOf } from "../meta/addresses.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";

const FIELD = "spec.clusterIPs";

/** Checks `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` against each other. */
export function checkClusterIps(spec: ServiceSpec, errors: FieldError[]): void {
  if (spec.type === "ExternalName") return;
  const { clusterIP, clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIP) {
    if (clusterIPs.length === 0) errors.push(required(FIELD));
    else if (clusterIPs[0] !== clusterIP) errors.push(invalid(FIELD, clusterIPs, "first value must match `clusterIP`"));
  } else if (clusterIPs.length > 0) {
    errors.push(invalid(FIELD, clusterIPs, "must be empty when `clusterIP` is not specified"));
  }
  const seen = new Set<string>();
  ipFamilies.forEach((family, index) => {
    const path = `spec.ipFamilies[${index}]`;
    if (family !== "IPv4" && family !== "IPv6") errors.push(notSupported(path, family, ["IPv4", "IPv6"]));
    if (seen.has(family)) errors.push(duplicate(path, family));
    seen.add(family);
  });
  const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
  checkOptionalOneOf(spec.ipFamilyPolicy, policies, "spec.ipFamilyPolicy", errors);
  checkList(clusterIPs, ipFamilies, errors);
}

function checkList(addresses: readonly string[], families: readonly string[], errors: FieldError[]): void {
  const before = errors.length;
  addresses.forEach((address, index) => {
    if (index > 0 || address !== "None") checkIp(address, `${FIELD}[${index}]`, errors);
    else if (addresses.length > 1) errors.push(invalid(FIELD, addresses, "'None' must be the first and only value"));
  });
  const malformed = errors.length > before;
  if (addresses.length > 2) errors.push(invalid(FIELD, addresses, "may only hold up to 2 values"));
  if (malformed || addresses[0] === "None") return;
  if (addresses.length > 1 && new Set(addresses.map(familyOf)).size < 2) {
    errors.push(invalid(FIELD, addresses, "may specify no more than one IP for each IP family"));
  }
  addresses.forEach((address, index) => {
    const family = families[index];
    if (family === undefined || family === familyOf(address)) return;
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${FIELD}[${index}]`, address, why));
  });
}

/** A Service keeps its first address and family for life, unless it stops or starts being an ExternalName. */
export function checkClusterIpsUpdate(spec: ServiceSpec, old: ServiceSpec, errors: FieldError[]): void {
  if (spec.type === "ExternalName" || old.type === "ExternalName") return;
  const headless = spec.clusterIPs?.[0] === "None";
  const wasHeadless = old.clusterIPs?.[0] === "None";
  if (headless && wasHeadless) return;
  checkKept("clusterIP", "clusterIPs", spec, old, errors);
  if (headless === wasHeadless) checkKept("ipFamily", "ipFamilies", spec, old, errors);
}

function checkKept(
  one: string,
  list: "clusterIPs" | "ipFamilies",
  spec: ServiceSpec,
  old: ServiceSpec,
  errors: FieldError[],
): void {
  const before = old[list] ?? [];
  const after = spec[list] ?? [];
  const path = `spec.${list}`;
  if (before.length === after.length) {
    before.forEach((value, index) => {
      if (value !== after[index]) errors.push(invalid(`${path}[${index}]`, after, "may not change once set"));
    });
    return;
  }
  if (before.length > 0 && after.length === 0) {
    errors.push(invalid(`${path}[0]`, after, `primary ${one} can not be unset`));
  } else if (before.length > 0 && before[0] !== after[0]) {
    errors.push(invalid(`${path}[0]`, after, "may not change once set"));
  }
  if (before.length > after.length && after.length === 1 && spec.ipFamilyPolicy !== "SingleStack") {
    const why = `must be set to 'SingleStack' when releasing the secondary ${one}`;
    errors.push(invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, why));
  }
}
