import { readFileSync } from "node:fs";
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

/** Those that this process could give, a bit each: what its own bounding set lacks, nobody it starts can have. */
export function boundingSet(): bigint {
  const [, mask = "0"] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return BigInt(`0x${mask}`);
}

/** The capabilities of a container, of those in `available`. */
export function capabilitiesOf(
  spec: {
    readonly privileged?: boolean | undefined;
    readonly add?: readonly string[] | undefined;
    readonly drop?: readonly string[] | undefined;
  },
  available: bigint,
): string[] {
  const all = ALL.filter((_, number) => (available >> BigInt(number)) & 1n);
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
