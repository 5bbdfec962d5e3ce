/** The checks of the restricted level: what a hardened Pod has to say of itself. */
import { procMount } from "./baseline-checks.ts";
import type { Check } from "./checks.ts";
import { seccompProfile } from "./profile-checks.ts";
import {
  type Checked,
  containerNames,
  containersOf,
  hasOwnUsers,
  namesOf,
  plural,
  quoted,
  type Subject,
  setters,
  sorted,
  type Violation,
} from "./subject.ts";

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** The checks by id, each with the versions it holds from and until. */
export const restrictedChecks: readonly Check[] = [
  { id: "allowPrivilegeEscalation", from: 8, until: 24, check: allowPrivilegeEscalation },
  { id: "allowPrivilegeEscalation", from: 25, check: exceptOnWindows(allowPrivilegeEscalation) },
  { id: "capabilities_restricted", from: 22, until: 24, check: capabilities },
  { id: "capabilities_restricted", from: 25, check: exceptOnWindows(capabilities) },
  { id: "procMount_restricted", from: 0, check: procMount },
  { id: "restrictedVolumes", from: 0, check: volumes },
  { id: "runAsNonRoot", from: 0, until: 34, check: runAsNonRoot },
  { id: "runAsNonRoot", from: 35, check: exceptWithOwnUsers(runAsNonRoot) },
  { id: "runAsUser", from: 23, until: 34, check: runAsUser },
  { id: "runAsUser", from: 35, check: exceptWithOwnUsers(runAsUser) },
  { id: "seccompProfile_restricted", from: 19, until: 24, check: statesSeccompProfile },
  { id: "seccompProfile_restricted", from: 25, check: exceptOnWindows(statesSeccompProfile) },
];

function exceptOnWindows(check: Check["check"]): Check["check"] {
  return (subject) => (subject.spec.os?.name === "windows" ? undefined : check(subject));
}

function exceptWithOwnUsers(check: Check["check"]): Check["check"] {
  return (subject) => (hasOwnUsers(subject) ? undefined : check(subject));
}

function allowPrivilegeEscalation(subject: Subject): Violation | undefined {
  const names = namesOf(subject, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  return {
    reason: "allowPrivilegeEscalation != false",
    detail: `${containerNames(names)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(subject: Subject): Violation | undefined {
  const keeping = namesOf(subject, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
  const foreign = ({ securityContext }: Checked) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
  const adding = namesOf(subject, (container) => foreign(container).length > 0);
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(`${containerNames(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  }
  if (adding.length > 0) {
    const added = quoted(sorted(containersOf(subject).flatMap(foreign)));
    details.push(`${containerNames(adding)} must not include ${added} in securityContext.capabilities.add`);
  }
  return details.length > 0 ? { reason: "unrestricted capabilities", detail: details.join("; ") } : undefined;
}

function volumes({ spec }: Subject): Violation | undefined {
  const bad = (spec.volumes ?? []).flatMap(({ name, ...sources }) => {
    const types = Object.keys(sources).filter((key) => sources[key as keyof typeof sources] !== undefined);
    return types.some((type) => VOLUMES.includes(type)) ? [] : [{ name, type: types[0] ?? "unknown" }];
  });
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map(({ type }) => type));
  const who = `${plural("volume", "volumes", bad.length)} ${quoted(bad.map(({ name }) => name))}`;
  const what = plural("restricted volume type", "restricted volume types", types.length);
  return {
    reason: "restricted volume types",
    detail: `${who} ${plural("uses", "use", bad.length)} ${what} ${quoted(types)}`,
  };
}

function runAsNonRoot(subject: Subject): Violation | undefined {
  const reason = "runAsNonRoot != true";
  const ofPod = subject.spec.securityContext?.runAsNonRoot;
  const saysNo = namesOf(subject, ({ securityContext }) => securityContext?.runAsNonRoot === false);
  const who = setters(ofPod === false, saysNo);
  if (who) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = namesOf(subject, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (ofPod === true || silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containerNames(silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(subject: Subject): Violation | undefined {
  const names = namesOf(subject, ({ securityContext }) => securityContext?.runAsUser === 0);
  const who = setters(subject.spec.securityContext?.runAsUser === 0, names);
  return who ? { reason: "runAsUser=0", detail: `${who} must not set runAsUser=0` } : undefined;
}

function statesSeccompProfile(subject: Subject): Violation | undefined {
  const bad = seccompProfile(subject);
  if (bad || subject.spec.securityContext?.seccompProfile) return bad;
  const silent = namesOf(subject, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const what = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason: "seccompProfile", detail: `pod or ${containerNames(silent)} ${what}` };
}
