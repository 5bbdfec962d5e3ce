/** Security contexts of Pods and containers. */
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from "@skiff/api/core/v1";
import { isUnixId } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required, tooLong } from "../field-error.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { checkLocalDescendingPath } from "./paths.ts";

const profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

function checkId(id: number | undefined, field: string, errors: FieldError[]): void {
  if (id === undefined) return;
  for (const reason of isUnixId(id)) errors.push(invalid(field, id, reason));
}

/** Checks `spec.securityContext`, together with the host namespaces the Pod asks for. */
export function checkPodSecurityContext(spec: PodSpec, path: string, errors: FieldError[]): void {
  const context: PodSecurityContext | undefined = spec.securityContext;
  const field = `${path}.securityContext`;
  if (spec.shareProcessNamespace && spec.hostPID) {
    const why = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalid(`${field}.shareProcessNamespace`, true, why));
  }
  if (context === undefined) return;
  checkId(context.fsGroup, `${field}.fsGroup`, errors);
  checkId(context.runAsUser, `${field}.runAsUser`, errors);
  checkId(context.runAsGroup, `${field}.runAsGroup`, errors);
  context.supplementalGroups?.forEach((group, index) => {
    checkId(group, `${field}.supplementalGroups[${index}]`, errors);
  });
  checkSysctls(context.sysctls ?? [], spec, `${field}.sysctls`, errors);
  checkOptionalOneOf(context.fsGroupChangePolicy, ["Always", "OnRootMismatch"], `${field}.fsGroupChangePolicy`, errors);
  checkSeccomp(context.seccompProfile, `${field}.seccompProfile`, errors);
  checkAppArmor(context.appArmorProfile, `${field}.appArmorProfile`, errors);
  checkOptionalOneOf(
    context.supplementalGroupsPolicy,
    ["Merge", "Strict"],
    `${field}.supplementalGroupsPolicy`,
    errors,
  );
  checkOptionalOneOf(context.seLinuxChangePolicy, ["MountOption", "Recursive"], `${field}.seLinuxChangePolicy`, errors);
}

/** Checks the security context of a container; `hostUsers` is false in a Pod with a user namespace. */
export function checkSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  field: string,
  errors: FieldError[],
): void {
  if (context === undefined) return;
  checkId(context.runAsUser, `${field}.runAsUser`, errors);
  checkId(context.runAsGroup, `${field}.runAsGroup`, errors);
  checkProcMount(context, hostUsers, `${field}.procMount`, errors);
  checkSeccomp(context.seccompProfile, `${field}.seccompProfile`, errors);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged) {
      errors.push(invalid(field, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    }
    if (context.capabilities?.add?.some((capability) => capability === "CAP_SYS_ADMIN")) {
      const why = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
      errors.push(invalid(field, context, why));
    }
  }
  checkAppArmor(context.appArmorProfile, `${field}.appArmorProfile`, errors);
}

function checkProcMount(context: SecurityContext, hostUsers: boolean, field: string, errors: FieldError[]): void {
  if (context.procMount === undefined) return;
  checkOptionalOneOf(context.procMount, ["Default", "Unmasked"], field, errors);
  if (hostUsers && context.procMount === "Unmasked") {
    errors.push(invalid(field, context.procMount, "`hostUsers` must be false to use `Unmasked`"));
  }
}

function checkSeccomp(profile: SeccompProfile | undefined, field: string, errors: FieldError[]): void {
  if (profile === undefined) return;
  if (!profile.type) errors.push(required(`${field}.type`, "type is required when seccompProfile is set"));
  else if (!profileTypes.includes(profile.type)) {
    errors.push(notSupported(`${field}.type`, profile.type, profileTypes));
  }
  const path = profile.localhostProfile;
  if (profile.type === "Localhost") {
    if (path === undefined) {
      errors.push(required(`${field}.localhostProfile`, "must be set when seccomp type is Localhost"));
    } else checkLocalDescendingPath(path, `${field}.localhostProfile`, errors);
  } else if (path !== undefined) {
    errors.push(invalid(`${field}.localhostProfile`, profile, "can only be set when seccomp type is Localhost"));
  }
}

/** PATH_MAX less the closing zero. */
const PROFILE_LIMIT = 4095;

function checkAppArmor(profile: AppArmorProfile | undefined, field: string, errors: FieldError[]): void {
  if (profile === undefined) return;
  const name = profile.localhostProfile;
  if (!profile.type) errors.push(required(`${field}.type`, "type is required when appArmorProfile is set"));
  else if (!profileTypes.includes(profile.type)) {
    errors.push(notSupported(`${field}.type`, profile.type, profileTypes));
  } else if (profile.type !== "Localhost") {
    if (name !== undefined) {
      errors.push(invalid(`${field}.localhostProfile`, name, "can only be set when AppArmor type is Localhost"));
    }
  } else if (!name) {
    errors.push(required(`${field}.localhostProfile`, "must be set when AppArmor type is Localhost"));
  } else {
    if (name !== name.trim()) {
      errors.push(invalid(`${field}.localhostProfile`, name, "must not be padded with whitespace"));
    }
    if (Buffer.byteLength(name) > PROFILE_LIMIT) errors.push(tooLong(`${field}.localhostProfile`, PROFILE_LIMIT));
  }
}

const sysctlPattern = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_LIMIT = 253;

function checkSysctls(sysctls: readonly Sysctl[], spec: PodSpec, field: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  sysctls.forEach(({ name = "" }, index) => {
    const path = `${field}[${index}].name`;
    if (name === "") errors.push(required(path));
    else if (name.length > SYSCTL_LIMIT || !sysctlPattern.test(name)) {
      const expression = sysctlPattern.source.replace("[./]", "[\\./]");
      errors.push(invalid(path, name, `must have at most ${SYSCTL_LIMIT} characters and match regex ${expression}`));
    } else if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
    const dotted = name.replaceAll("/", ".");
    if (spec.hostNetwork && dotted.startsWith("net.")) {
      errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
    }
    if (spec.hostIPC && /^(?:kernel\.(?:sem|shm|msg)|fs\.mqueue\.)/.test(dotted)) {
      errors.push(invalid(path, name, "may not be specified when 'hostIPC' is true"));
    }
  });
}

/** A Pod with a user namespace of its own may not use the host's other namespaces. */
export function checkHostUsers(spec: PodSpec, path: string, errors: FieldError[]): void {
  if (spec.hostUsers !== false) return;
  if (spec.hostNetwork) errors.push(forbidden(`${path}.hostNetwork`, "when `hostUsers` is false"));
  if (spec.hostPID) errors.push(forbidden(`${path}.HostPID`, "when `hostUsers` is false"));
  if (spec.hostIPC) errors.push(forbidden(`${path}.HostIPC`, "when `hostUsers` is false"));
}
