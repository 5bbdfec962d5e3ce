/** CRI's container configuration as the engine's container specification. Pure. */
import type { ContainerSpec, Resources, SecuritySpec } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import type * as cri from "../generated/cri.ts";
import type { Sandbox } from "../sandboxes.ts";

/** Keys under which the engine keeps what CRI wants back. */
export const attribute = { pod: "io.skiff.cri.pod", container: "io.skiff.cri.container" } as const;

/** Mounts that CRI knows and this engine does not, told instead of left out. */
function requireBinds(mounts: readonly cri.Mount[]): void {
  const image = mounts.find((mount) => mount.image?.image);
  if (image)
    throw new EngineError(
      "unsupported",
      `Cannot mount an image at ${image.containerPath}: image volumes are not supported`,
    );
}

/** The specification of a container in a sandbox. `image` is the image's id, `seccomp` what is in `seccompFile`. */
export function containerSpec(
  config: cri.ContainerConfig,
  sandbox: Sandbox,
  image: string,
  seccomp?: Readonly<Record<string, unknown>>,
): ContainerSpec {
  const { name = "", attempt = 0 } = config.metadata ?? {};
  const security = config.linux?.securityContext;
  requireBinds(config.mounts ?? []);
  const options = security?.namespaceOptions;
  const [pod = sandbox.id] = [sandbox.spec.name];
  const log = config.logPath && sandbox.spec.logDirectory ? `${sandbox.spec.logDirectory}/${config.logPath}` : "none";
  return {
    name: `${name}_${pod}_${attempt}`,
    root: { image },
    ...(config.command?.length ? { entrypoint: config.command } : {}),
    ...(config.args?.length ? { args: config.args } : {}),
    env: (config.envs ?? []).map(({ key, value }) => `${key}=${value}`),
    cwd: config.workingDir || undefined,
    user: userOf(security),
    groups: security?.supplementalGroups,
    mounts: (config.mounts ?? []).map((mount) => ({
      type: "bind",
      source: mount.hostPath ?? "",
      target: mount.containerPath ?? "",
      readonly: mount.readonly,
      propagation: propagationOf(mount.propagation),
    })),
    resources: resourcesOf(config.linux?.resources),
    cgroupParent: sandbox.spec.cgroupParent,
    network: { sandbox: sandbox.id },
    ipc: options?.ipc === "NODE" ? "host" : { sandbox: sandbox.id },
    pid: processesOf(options, sandbox),
    tty: config.tty,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    labels: config.labels,
    annotations: { ...config.annotations, [attribute.container]: JSON.stringify(config.metadata ?? {}) },
    log,
    security: securityOf(security, seccomp),
    devices: (config.devices ?? []).map(({ hostPath = "", containerPath = "", permissions = "rwm" }) => ({
      hostPath,
      containerPath,
      permissions,
    })),
    stopSignal: config.stopSignal && config.stopSignal !== "RUNTIME_DEFAULT" ? config.stopSignal : undefined,
  };
}

function processesOf(options: cri.NamespaceOption | undefined, sandbox: Sandbox): ContainerSpec["pid"] {
  if (options?.pid === "NODE") return "host";
  if (options?.pid === "TARGET") return { container: options.targetId ?? "" };
  return options?.pid === "POD" && sandbox.spec.pid === "shared" ? { sandbox: sandbox.id } : undefined;
}

function userOf(security: cri.LinuxContainerSecurityContext | undefined): string | undefined {
  const user = security?.runAsUser?.value ?? (security?.runAsUsername || undefined);
  const group = security?.runAsGroup?.value;
  if (user === undefined) return undefined;
  return group === undefined ? String(user) : `${user}:${group}`;
}

function propagationOf(
  propagation: cri.MountPropagation | undefined,
): "private" | "host-to-container" | "bidirectional" {
  if (propagation === "PROPAGATION_BIDIRECTIONAL") return "bidirectional";
  return propagation === "PROPAGATION_HOST_TO_CONTAINER" ? "host-to-container" : "private";
}

/** The path of the seccomp profile that a container is to have; undefined where it names no file. */
export function seccompFile({ linux }: cri.ContainerConfig): string | undefined {
  const { profileType, localhostRef = "" } = linux?.securityContext?.seccomp ?? {};
  if (profileType !== "Localhost") return undefined;
  if (!localhostRef.startsWith("/"))
    throw new EngineError("invalid", `Cannot use the seccomp profile "${localhostRef}": not an absolute path`);
  return localhostRef;
}

function apparmorOf(security: cri.LinuxContainerSecurityContext | undefined): string | undefined {
  const { profileType, localhostRef = "" } = security?.apparmor ?? {};
  // The engine has no profile of its own: what asks for the runtime's is confined as those without a profile are.
  if (profileType !== "Localhost") return undefined;
  return localhostRef.replace(/^localhost\//, "");
}

function securityOf(
  security: cri.LinuxContainerSecurityContext | undefined,
  profile: Readonly<Record<string, unknown>> | undefined,
): SecuritySpec {
  const seccomp = profile ?? (security?.seccomp?.profileType === "Unconfined" ? "unconfined" : "default");
  const { user, role, type, level } = security?.selinuxOptions ?? {};
  const label = {
    user: user || undefined,
    role: role || undefined,
    type: type || undefined,
    level: level || undefined,
  };
  return {
    privileged: security?.privileged,
    capAdd: security?.capabilities?.addCapabilities,
    capDrop: security?.capabilities?.dropCapabilities,
    noNewPrivileges: security?.noNewPrivs,
    seccomp,
    apparmor: apparmorOf(security),
    ...(Object.values(label).some(Boolean) ? { selinux: label } : {}),
    readonlyRootfs: security?.readonlyRootfs,
    ...(security?.maskedPaths ? { maskedPaths: security.maskedPaths } : {}),
    ...(security?.readonlyPaths ? { readonlyPaths: security.readonlyPaths } : {}),
  };
}

/** CRI's limits as the engine's. */
export function resourcesOf(r: cri.LinuxContainerResources | undefined): Resources {
  return {
    memory: r?.memoryLimitInBytes || undefined,
    memorySwap: r?.memorySwapLimitInBytes || undefined,
    cpuShares: r?.cpuShares || undefined,
    cpuQuota: r?.cpuQuota || undefined,
    cpuPeriod: r?.cpuPeriod || undefined,
    cpusetCpus: r?.cpusetCpus || undefined,
    cpusetMems: r?.cpusetMems || undefined,
    oomScoreAdj: r?.oomScoreAdj,
    unified: r?.unified && Object.keys(r.unified).length > 0 ? r.unified : undefined,
  };
}
