import { EngineError } from "../engine-error.ts";

/** Every capability a kernel may know, in order of its number (capabilities(7)). */
const ALL =
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
    .split(" ")
    .map((name) => `CAP_${name}`);

/** What a container has unless told otherwise: Docker's list. */
const DEFAULT =
  "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
    .split(" ")
    .map((name) => `CAP_${name}`);

/** The capabilities of a container. `known` is how many the kernel has (/proc/sys/kernel/cap_last_cap + 1). */
export function capabilitiesOf(
  spec: {
    readonly privileged?: boolean | undefined;
    readonly add?: readonly string[] | undefined;
    readonly drop?: readonly string[] | undefined;
  },
  known: number,
): string[] {
  const all = ALL.slice(0, known);
  if (spec.privileged) return all;
  const add = (spec.add ?? []).map((name) => canonical(name, "CapAdd"));
  const drop = (spec.drop ?? []).map((name) => canonical(name, "CapDrop"));
  const start = add.includes("CAP_ALL") ? all : drop.includes("CAP_ALL") ? [] : DEFAULT;
  const chosen = new Set([...start, ...add]);
  for (const name of drop) if (!add.includes(name)) chosen.delete(name);
  return all.filter((name) => chosen.has(name));
}

function canonical(name: string, list: string): string {
  const upper = name.toUpperCase();
  const full = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  if (full !== "CAP_ALL" && !ALL.includes(full))
    throw new EngineError("invalid", `invalid ${list}: unknown capability: "${full}"`);
  return full;
}
