/** The checks of the baseline level: what lets a container out of its box. */
import type { Container } from "@skiff/api/core/v1";
import type { Check } from "./checks.ts";
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

const DEFAULT_CAPABILITIES = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

type Handler = NonNullable<NonNullable<Container["lifecycle"]>["postStart"]>;

/** The checks by id: in the order they are reported, each with the versions it holds from. */
export const baselineChecks: readonly Check[] = [
  { id: "capabilities_baseline", from: 0, check: capabilities, replacedBy: "capabilities_restricted" },
  { id: "hostNamespaces", from: 0, check: hostNamespaces },
  { id: "hostPathVolumes", from: 0, check: hostPathVolumes, replacedBy: "restrictedVolumes" },
  { id: "hostPorts", from: 0, check: hostPorts },
  { id: "hostProbesAndHostLifecycle", from: 34, check: hostsOfProbes },
  { id: "privileged", from: 0, check: privileged },
  { id: "procMount", from: 0, until: 34, check: procMount, replacedBy: "procMount_restricted" },
  {
    id: "procMount",
    from: 35,
    check: (subject) => (hasOwnUsers(subject) ? undefined : procMount(subject)),
    replacedBy: "procMount_restricted",
  },
  { id: "windowsHostProcess", from: 0, check: windowsHostProcess },
];

function capabilities(subject: Subject): Violation | undefined {
  const foreign = ({ securityContext }: Checked) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !DEFAULT_CAPABILITIES.has(name));
  const names = namesOf(subject, (container) => foreign(container).length > 0);
  if (names.length === 0) return undefined;
  const added = quoted(sorted(containersOf(subject).flatMap(foreign)));
  return {
    reason: "non-default capabilities",
    detail: `${containerNames(names)} must not include ${added} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: Subject): Violation | undefined {
  const shared = (["hostIPC", "hostNetwork", "hostPID"] as const).filter((name) => spec[name] === true);
  if (shared.length === 0) return undefined;
  return { reason: "host namespaces", detail: shared.map((name) => `${name}=true`).join(", ") };
}

function hostPathVolumes({ spec }: Subject): Violation | undefined {
  const names = (spec.volumes ?? []).filter((volume) => volume.hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: "hostPath volumes", detail: `${plural("volume", "volumes", names.length)} ${quoted(names)}` };
}

function hostPorts(subject: Subject): Violation | undefined {
  const used = ({ ports }: Checked) => (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const names = namesOf(subject, (container) => used(container).length > 0);
  if (names.length === 0) return undefined;
  const ports = sorted(containersOf(subject).flatMap(used));
  const what = `${plural("uses", "use", names.length)} ${plural("hostPort", "hostPorts", ports.length)}`;
  return { reason: "hostPort", detail: `${containerNames(names)} ${what} ${ports.join(", ")}` };
}

function hostsOfProbes(subject: Subject): Violation | undefined {
  const named = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Checked): string[] => {
    const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return handlers.flatMap((handler: Pick<Handler, "httpGet" | "tcpSocket"> | undefined) =>
      [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => host !== undefined && host !== ""),
    ) as string[];
  };
  const names = sorted(namesOf(subject, (container) => named(container).length > 0));
  if (names.length === 0) return undefined;
  const hosts = sorted(containersOf(subject).flatMap(named));
  const what = plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.length);
  return {
    reason: "probe or lifecycle host",
    detail: `${containerNames(names)} ${plural("uses", "use", names.length)} ${what} ${quoted(hosts)}`,
  };
}

function privileged(subject: Subject): Violation | undefined {
  const names = namesOf(subject, ({ securityContext }) => securityContext?.privileged === true);
  if (names.length === 0) return undefined;
  return { reason: "privileged", detail: `${containerNames(names)} must not set securityContext.privileged=true` };
}

/** /proc with nothing hidden; of the restricted level too. */
export function procMount(subject: Subject): Violation | undefined {
  const bad = ({ securityContext }: Checked): string[] => {
    const type = securityContext?.procMount;
    return type === undefined || type === "Default" ? [] : [type];
  };
  const names = namesOf(subject, (container) => bad(container).length > 0);
  if (names.length === 0) return undefined;
  const types = quoted(sorted(containersOf(subject).flatMap(bad)));
  return { reason: "procMount", detail: `${containerNames(names)} must not set securityContext.procMount to ${types}` };
}

function windowsHostProcess(subject: Subject): Violation | undefined {
  const names = namesOf(subject, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  const who = setters(subject.spec.securityContext?.windowsOptions?.hostProcess === true, names);
  if (!who) return undefined;
  return { reason: "hostProcess", detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
}
