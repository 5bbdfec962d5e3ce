/** Names of resources: which are the system's own, which come from elsewhere, and where each may be used. */
import { isQualifiedName } from "../../names.ts";
import { type FieldError, invalid } from "../field-error.ts";

const forContainers: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);

const forQuota: ReadonlySet<string> = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "services.nodeports",
  "services.loadbalancers",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
]);

const forLimitRanges: ReadonlySet<string> = new Set(["storage"]);

const countable: ReadonlySet<string> = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);

/** Whether the name is of huge pages of some size, such as `hugepages-2Mi`. */
export function isHugePages(name: string): boolean {
  return name.startsWith("hugepages-");
}

/** Whether the resource is the system's own: without a domain, or in one of its own domains. */
export function isNative(name: string): boolean {
  return !name.includes("/") || name.split("/")[0]?.endsWith("kubernetes.io") === true;
}

/** Whether the resource comes from a device plugin or the like: only whole numbers of it exist. */
export function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith("requests.")) return false;
  return isQualifiedName(`requests.${name}`).length === 0;
}

/** Whether only whole numbers of the resource make sense. */
export function isCountedWhole(name: string): boolean {
  return countable.has(name) || isExtended(name) || name.startsWith("count/");
}

function isStandard(name: string): boolean {
  return forContainers.has(name) || forQuota.has(name) || forLimitRanges.has(name) || isHugePages(name);
}

/** Refuses a name that is neither the system's own nor qualified by a domain. */
export function checkResourceName(name: string, field: string, errors: FieldError[]): boolean {
  const reasons = isQualifiedName(name);
  for (const reason of reasons) errors.push(invalid(field, name, reason));
  if (reasons.length > 0) return false;
  if (!name.includes("/") && !isStandard(name)) {
    errors.push(invalid(field, name, "must be a standard resource type or fully qualified"));
    return false;
  }
  return true;
}

/** As `checkResourceName`, for a resource a container asks for. */
export function checkContainerResourceName(name: string, field: string, errors: FieldError[]): void {
  const known = checkResourceName(name, field, errors);
  if (!name.includes("/")) {
    if (!forContainers.has(name) && !isHugePages(name)) {
      errors.push(invalid(field, name, "must be a standard resource for containers"));
    }
  } else if (known && !isNative(name) && !isExtended(name)) {
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"));
  }
}

/** As `checkResourceName`, for a resource a quota limits. */
export function checkQuotaResourceName(name: string, field: string, errors: FieldError[]): void {
  if (!checkResourceNameOrCount(name, field, errors)) return;
  if (!name.includes("/") && !forQuota.has(name) && !isHugePagesQuota(name)) {
    errors.push(invalid(field, name, "must be a standard resource for quota"));
  }
}

function checkResourceNameOrCount(name: string, field: string, errors: FieldError[]): boolean {
  if (isHugePagesQuota(name)) return true;
  return checkResourceName(name, field, errors);
}

function isHugePagesQuota(name: string): boolean {
  return isHugePages(name) || name.startsWith("requests.hugepages-");
}
