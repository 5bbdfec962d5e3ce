/** What a Pod's status may become. */
import type { ContainerStatus, Pod, PodStatus } from "@skiff/api/core/v1";
import { isDns1123Subdomain, isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid } from "../field-error.ts";
import { checkIp, familyOf } from "../meta/addresses.ts";
import { checkImmutable } from "../meta/immutable.ts";

const ownConditions: ReadonlySet<string> = new Set(["PodScheduled", "Ready", "Initialized"]);

/** Checks the status of `pod`, which is to replace that of `old`. */
export function checkPodStatusUpdate(pod: Pod, old: Pod, errors: FieldError[]): void {
  const status: PodStatus = pod.status ?? {};
  status.conditions?.forEach(({ type = "" }, index) => {
    if (ownConditions.has(type)) return;
    for (const reason of isQualifiedName(type)) {
      errors.push(invalid(`metadata.conditions[${index}].Type`, type, reason));
    }
  });
  if (status.nominatedNodeName && status.nominatedNodeName !== old.status?.nominatedNodeName) {
    for (const reason of isDns1123Subdomain(status.nominatedNodeName)) {
      errors.push(invalid("status.nominatedNodeName", status.nominatedNodeName, reason));
    }
  }
  if (old.status?.qosClass) checkImmutable(status.qosClass, old.status.qosClass, "status.qosClass", errors);
  checkNoResurrection(pod, old, errors);
  checkAddresses(status, errors);
}

/** A container that has ended for good stays ended. */
function checkNoResurrection(pod: Pod, old: Pod, errors: FieldError[]): void {
  const policy = old.spec.restartPolicy ?? "Always";
  const sidecars = new Set(
    (old.spec.initContainers ?? []).filter((one) => one.restartPolicy === "Always").map((one) => one.name),
  );
  const ownPolicy = new Set(
    [...old.spec.containers, ...(old.spec.initContainers ?? [])]
      .filter((one) => one.restartPolicy !== undefined)
      .map((one) => one.name),
  );
  for (const list of ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] as const) {
    const effective = list === "ephemeralContainerStatuses" ? "Never" : policy;
    if (effective === "Always") continue;
    old.status?.[list]?.forEach((before, index) => {
      if (before.state?.terminated === undefined || sidecars.has(before.name) || ownPolicy.has(before.name)) return;
      if (before.state.terminated.exitCode !== 0 && effective === "OnFailure") return;
      if (!isRunningAgain(pod.status?.[list], before.name)) return;
      errors.push(forbidden(`status.${list}[${index}].state`, "may not be transitioned to non-terminated state"));
    });
  }
}

function isRunningAgain(statuses: readonly ContainerStatus[] | undefined, name: string): boolean {
  return statuses?.some((status) => status.name === name && status.state?.terminated === undefined) === true;
}

function checkAddresses(status: PodStatus, errors: FieldError[]): void {
  const { hostIPs = [], podIPs = [] } = status;
  checkIps(
    podIPs.map(({ ip }) => ip),
    "status.podIPs",
    errors,
  );
  const [first] = hostIPs;
  if (first !== undefined && first.ip !== status.hostIP) {
    errors.push(invalid("status.hostIPs[0].ip", first.ip, "must be equal to `hostIP`"));
  }
  checkIps(
    hostIPs.map(({ ip }) => ip),
    "status.hostIPs",
    errors,
  );
}

function checkIps(ips: readonly string[], field: string, errors: FieldError[]): void {
  ips.forEach((ip, index) => {
    checkIp(ip, `${field}[${index}]`, errors);
  });
  if (ips.length < 2) return;
  const families = new Set(ips.map(familyOf));
  if (families.size < 2 || ips.length > 2) {
    const shown = ips.map((ip) => ({ ip }));
    errors.push(invalid(field, shown, "may specify no more than one IP for each IP family"));
  }
  ips.forEach((ip, index) => {
    if (ips.indexOf(ip) < index) errors.push(duplicate(`${field}[${index}]`, { ip }));
  });
}
