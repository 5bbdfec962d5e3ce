/** The checks of the baseline level on profiles of the kernel: AppArmor, SELinux, seccomp, sysctls. */
import type { Check } from "./checks.ts";
import {
  type Checked,
  containersOf,
  namesOf,
  plural,
  quoted,
  type Subject,
  setters,
  sorted,
  type Violation,
} from "./subject.ts";

const APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t"];
const SELINUX_TYPES_31 = [...SELINUX_TYPES, "container_engine_t"];

const SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
];
const SYSCTLS_27 = [...SYSCTLS, "net.ipv4.ip_local_reserved_ports"];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
];
const SYSCTLS_32 = [...SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

/** The checks by id, each with the versions it holds from and until. */
export const profileChecks: readonly Check[] = [
  { id: "appArmorProfile", from: 0, check: appArmorProfile },
  { id: "seLinuxOptions", from: 0, until: 30, check: seLinuxOptions(SELINUX_TYPES) },
  { id: "seLinuxOptions", from: 31, check: seLinuxOptions(SELINUX_TYPES_31) },
  {
    id: "seccompProfile_baseline",
    from: 0,
    until: 18,
    check: seccompAnnotations,
    replacedBy: "seccompProfile_restricted",
  },
  { id: "seccompProfile_baseline", from: 19, check: seccompProfile, replacedBy: "seccompProfile_restricted" },
  { id: "sysctls", from: 0, until: 26, check: sysctls(SYSCTLS) },
  { id: "sysctls", from: 27, until: 28, check: sysctls(SYSCTLS_27) },
  { id: "sysctls", from: 29, until: 31, check: sysctls(SYSCTLS_29) },
  { id: "sysctls", from: 32, check: sysctls(SYSCTLS_32) },
];

/** Whether a profile type leaves the kernel's protection in place. */
export function isSafeProfile(type: string): boolean {
  return type === "RuntimeDefault" || type === "Localhost";
}

function appArmorProfile(subject: Subject): Violation | undefined {
  const { annotations, spec } = subject;
  const bad = (type: string | undefined) => (type === undefined || isSafeProfile(type) ? [] : [type]);
  const ofPod = bad(spec.securityContext?.appArmorProfile?.type);
  const ofContainer = ({ securityContext }: Checked) => bad(securityContext?.appArmorProfile?.type);
  const names = namesOf(subject, (container) => ofContainer(container).length > 0);
  const noted = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(APP_ARMOR) && !isSafeAnnotation(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = [setters(ofPod.length > 0, names), noted.length > 0 && plural("annotation", "annotations", noted.length)];
  const values = [...sorted([...ofPod, ...containersOf(subject).flatMap(ofContainer)]), ...noted];
  if (values.length === 0) return undefined;
  return {
    reason: plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.length),
    detail: `${who.filter(Boolean).join(" and ")} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

function isSafeAnnotation(value: string): boolean {
  return value === "" || value === "runtime/default" || value.startsWith("localhost/");
}

function seLinuxOptions(allowed: readonly string[]): Check["check"] {
  return (subject) => {
    type Options = NonNullable<NonNullable<Checked["securityContext"]>["seLinuxOptions"]>;
    const isBad = (options: Options | undefined): options is Options =>
      options !== undefined &&
      (!allowed.includes(options.type ?? "") || Boolean(options.user) || Boolean(options.role));
    const ofPod = subject.spec.securityContext?.seLinuxOptions;
    const names = namesOf(subject, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
    const who = setters(isBad(ofPod), names);
    if (!who) return undefined;
    const bad = [ofPod, ...containersOf(subject).map((c) => c.securityContext?.seLinuxOptions)].filter(isBad);
    const types = sorted(bad.flatMap(({ type = "" }) => (allowed.includes(type) ? [] : [type])));
    const wrong = [
      ...(types.length > 0 ? [`${plural("type", "types", types.length)} ${quoted(types)}`] : []),
      ...(bad.some(({ user }) => user) ? ["user may not be set"] : []),
      ...(bad.some(({ role }) => role) ? ["role may not be set"] : []),
    ];
    return {
      reason: "seLinuxOptions",
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${wrong.join("; ")}`,
    };
  };
}

function seccompAnnotations(subject: Subject): Violation | undefined {
  const keys = [SECCOMP_POD, ...containersOf(subject).map(({ name }) => SECCOMP_CONTAINER + name)];
  const safe = (value: string) =>
    ["runtime/default", "docker/default"].includes(value) || value.startsWith("localhost/");
  const bad = sorted(
    keys.flatMap((key) => {
      const value = subject.annotations[key];
      return value === undefined || safe(value) ? [] : [`${key}=${JSON.stringify(value)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  const detail = `forbidden ${plural("annotation", "annotations", bad.length)} ${bad.join(", ")}`;
  return { reason: "seccompProfile", detail };
}

/** Profiles that switch seccomp off; of the restricted level too. */
export function seccompProfile(subject: Subject): Violation | undefined {
  const bad = (type: string | undefined) => (type === undefined || isSafeProfile(type) ? [] : [type]);
  const ofPod = bad(subject.spec.securityContext?.seccompProfile?.type);
  const ofContainer = ({ securityContext }: Checked) => bad(securityContext?.seccompProfile?.type);
  const names = namesOf(subject, (container) => ofContainer(container).length > 0);
  const who = setters(ofPod.length > 0, names);
  if (!who) return undefined;
  const types = quoted(sorted([...ofPod, ...containersOf(subject).flatMap(ofContainer)]));
  return { reason: "seccompProfile", detail: `${who} must not set securityContext.seccompProfile.type to ${types}` };
}

function sysctls(allowed: readonly string[]): Check["check"] {
  return ({ spec }) => {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name);
    const bad = names.filter((name) => !allowed.includes(name));
    return bad.length > 0 ? { reason: "forbidden sysctls", detail: bad.join(", ") } : undefined;
  };
}
