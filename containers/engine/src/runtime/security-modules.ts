/** The kernel's security modules that containers have profiles or labels of. */
import { existsSync, readFileSync } from "node:fs";
import { isSystemError } from "@skiff/linux";
import type { SelinuxOptions } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";

/** What this machine has of them. */
export interface SecurityModules {
  /** Whether AppArmor is there and enabled. */
  readonly apparmor: boolean;
  /** With SELinux enabled: the labels that its policy has for containers. */
  readonly selinux?: SelinuxContexts | undefined;
}

/** Labels of the policy, as "user:role:type:level". */
export interface SelinuxContexts {
  readonly process: string;
  readonly file: string;
}

const FALLBACK: SelinuxContexts = {
  process: "system_u:system_r:container_t:s0",
  file: "system_u:object_r:container_file_t:s0",
};

/** Looks what this machine has. */
export function securityModules(): SecurityModules {
  const apparmor = readOptional("/sys/module/apparmor/parameters/enabled")?.startsWith("Y") === true;
  if (!existsSync("/sys/fs/selinux/enforce")) return { apparmor };
  const policy = /^SELINUXTYPE=(\w+)/m.exec(readOptional("/etc/selinux/config") ?? "")?.[1] ?? "targeted";
  const contexts = readOptional(`/etc/selinux/${policy}/contexts/lxc_contexts`) ?? "";
  const named = (key: keyof SelinuxContexts): string =>
    new RegExp(`^${key}\\s*=\\s*"([^"]+)"`, "m").exec(contexts)?.[1] ?? FALLBACK[key];
  return { apparmor, selinux: { process: named("process"), file: named("file") } };
}

/** The AppArmor profile for a process; undefined for none. Throws "unsupported" for one that this machine cannot have. */
export function apparmorProfile(wanted: string | undefined, { apparmor }: SecurityModules): string | undefined {
  if (wanted === undefined || wanted === "" || wanted === "unconfined") return undefined;
  if (apparmor) return wanted;
  throw new EngineError("unsupported", `Cannot use the AppArmor profile ${wanted}: this machine has no AppArmor`);
}

/**
 * The labels of a process and of its files; undefined without SELinux and for a container that has not asked for any. Containers get two
 * categories by their id, so that one cannot read what another wrote.
 */
export function selinuxLabels(
  wanted: SelinuxOptions | undefined,
  id: string,
  { selinux }: SecurityModules,
): SelinuxContexts | undefined {
  if (wanted === undefined || wanted.disable || selinux === undefined) return undefined;
  const [user, role, type, ...level] = selinux.process.split(":");
  const [fileUser, fileRole, fileType] = selinux.file.split(":");
  const chosen = wanted.level ?? `${level[0] ?? "s0"}:${categoriesOf(id)}`;
  const process = [wanted.user ?? user, wanted.role ?? role, wanted.type ?? type, chosen].join(":");
  return { process, file: [fileUser, fileRole, fileType, chosen].join(":") };
}

const CATEGORIES = 1024;

/** Two categories that follow from an id, the lower one first. */
function categoriesOf(id: string): string {
  const [first, second] = [id.slice(0, 8), id.slice(8, 16)].map((part) => Number.parseInt(part, 16) % CATEGORIES);
  const [low = 0, high = 1] = [
    first ?? 0,
    first === second ? ((second ?? 0) + 1) % CATEGORIES : (second ?? 1),
  ].toSorted((a, b) => a - b);
  return `c${low},c${high}`;
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "EACCES")) return undefined;
    throw error;
  }
}
