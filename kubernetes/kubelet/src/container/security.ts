/** Security settings of sandboxes and containers, from Pod and container security contexts to CRI. */
import { join } from "node:path";
import type { AppArmorProfile, Container, Pod, SELinuxOptions, SeccompProfile } from "@skiff/api/core/v1";
import type {
  Image,
  LinuxContainerSecurityContext,
  LinuxSandboxSecurityContext,
  NamespaceOption,
  SecurityProfile,
} from "@skiff/engine/cri";
import { podName } from "../spec/pod-name.ts";
import { StartError } from "./start-error.ts";

const MASKED_PATHS = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
const READONLY_PATHS = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** Which namespaces the Pod's containers share with the Pod or the node. */
export function namespaceOptions(pod: Pod): NamespaceOption {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = pod.spec;
  return {
    network: hostNetwork ? "NODE" : "POD",
    ipc: hostIPC ? "NODE" : "POD",
    pid: hostPID ? "NODE" : shareProcessNamespace ? "POD" : "CONTAINER",
    ...(hostUsers === false ? { usernsOptions: { mode: "POD", uids: [], gids: [] } } : {}),
  };
}

/** The security context of the Pod's sandbox. */
export function sandboxSecurity(pod: Pod, profiles: string): LinuxSandboxSecurityContext {
  const context = pod.spec.securityContext ?? {};
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return {
    namespaceOptions: namespaceOptions(pod),
    privileged: containers.some(({ securityContext }) => securityContext?.privileged),
    supplementalGroups: groups(pod),
    seccomp: seccomp(context.seccompProfile, profiles),
    ...(context.runAsUser === undefined ? {} : { runAsUser: { value: context.runAsUser } }),
    ...(context.runAsGroup === undefined ? {} : { runAsGroup: { value: context.runAsGroup } }),
  };
}

/**
 * The security context of one container; its own settings win over the Pod's. `targetId` is the container whose
 * processes an ephemeral one is to see, `profiles` the directory of the node's seccomp profiles. Throws a StartError when it would run as root and must not.
 */
export function containerSecurity(
  pod: Pod,
  container: Container,
  image: Image,
  { targetId, profiles }: { readonly targetId?: string | undefined; readonly profiles: string },
): LinuxContainerSecurityContext {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  const runAsUser = own.runAsUser ?? shared.runAsUser;
  const runAsGroup = own.runAsGroup ?? shared.runAsGroup;
  if (own.runAsNonRoot ?? shared.runAsNonRoot) checkNonRoot(pod, container, image, runAsUser);
  const unmasked = own.procMount === "Unmasked";
  const user = runAsUser ?? image.uid?.value;
  return {
    privileged: own.privileged ?? false,
    namespaceOptions: targetId ? { ...namespaceOptions(pod), pid: "TARGET", targetId } : namespaceOptions(pod),
    capabilities: {
      addCapabilities: own.capabilities?.add ?? [],
      dropCapabilities: own.capabilities?.drop ?? [],
    },
    ...(user === undefined ? { runAsUsername: image.username } : { runAsUser: { value: user } }),
    ...(runAsGroup === undefined ? {} : { runAsGroup: { value: runAsGroup } }),
    readonlyRootfs: own.readOnlyRootFilesystem ?? false,
    supplementalGroups: groups(pod),
    supplementalGroupsPolicy: shared.supplementalGroupsPolicy === "Strict" ? "Strict" : "Merge",
    noNewPrivs: own.allowPrivilegeEscalation === false,
    maskedPaths: unmasked ? [] : MASKED_PATHS,
    readonlyPaths: unmasked ? [] : READONLY_PATHS,
    seccomp: seccomp(own.seccompProfile ?? shared.seccompProfile, profiles),
    ...apparmor(own.appArmorProfile ?? shared.appArmorProfile),
    ...selinux(own.seLinuxOptions ?? shared.seLinuxOptions),
  };
}

function apparmor(profile: AppArmorProfile | undefined): Pick<LinuxContainerSecurityContext, "apparmor"> {
  if (profile === undefined) return {};
  if (profile.type !== "Localhost")
    return { apparmor: { profileType: profile.type === "RuntimeDefault" ? "RuntimeDefault" : "Unconfined" } };
  return { apparmor: { profileType: "Localhost", localhostRef: profile.localhostProfile ?? "" } };
}

function selinux(options: SELinuxOptions | undefined): Pick<LinuxContainerSecurityContext, "selinuxOptions"> {
  if (options === undefined) return {};
  const { user = "", role = "", type = "", level = "" } = options;
  return { selinuxOptions: { user, role, type, level } };
}

function groups(pod: Pod): number[] {
  const { supplementalGroups = [], fsGroup } = pod.spec.securityContext ?? {};
  return fsGroup === undefined ? [...supplementalGroups] : [...supplementalGroups, fsGroup];
}

/** As upstream without `seccompDefault`: what asks for no profile has none. */
function seccomp(profile: SeccompProfile | undefined, profiles: string): SecurityProfile {
  if (profile?.type === "Localhost")
    return { profileType: "Localhost", localhostRef: join(profiles, profile.localhostProfile ?? "") };
  return { profileType: profile?.type === "RuntimeDefault" ? "RuntimeDefault" : "Unconfined" };
}

function checkNonRoot(pod: Pod, container: Container, image: Image, runAsUser: number | undefined): void {
  const where = `(pod: "${podName(pod)}", container: ${container.name})`;
  const refuse = (message: string) => new StartError("CreateContainerConfigError", `${message} ${where}`);
  if (runAsUser === 0) throw refuse("container's runAsUser breaks non-root policy");
  if (runAsUser !== undefined) return;
  if (image.username) {
    throw refuse(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root`,
    );
  }
  if ((image.uid?.value ?? 0) === 0) throw refuse("container has runAsNonRoot and image will run as root");
}
