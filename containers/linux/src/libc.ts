/** The system calls Node has no API for. Everything here is synchronous and runs on the calling thread. */

import { getSystemErrorMap, getSystemErrorName } from "node:util";
import koffi from "koffi";

const libc = koffi.load(null);

/** An error from the kernel. `code` is its name ("EBUSY"), as on Node's own errors. */
export class SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number, subject: string) {
    const [name, words] = getSystemErrorMap().get(-errno) ?? [getSystemErrorName(-errno), "unknown error"];
    super(`${syscall} ${subject}: ${words} (${name})`);
    this.name = "SystemError";
    this.code = name;
    this.errno = errno;
    this.syscall = syscall;
  }
}

/** True for an error of the kernel's with one of those names, from Node or from this room. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is Error & { code: string } {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Gives `result`, or throws what the last call left in errno when it is negative. */
function check(result: number, syscall: string, subject: string): number {
  if (result < 0) throw new SystemError(syscall, koffi.errno(), subject);
  return result;
}

const mountCall = libc.func("int mount(const char *, const char *, const char *, unsigned long, const char *)");
const umountCall = libc.func("int umount2(const char *, int)");
const unshareCall = libc.func("int unshare(int)");
const setnsCall = libc.func("int setns(int, int)");
const sethostnameCall = libc.func("int sethostname(const char *, size_t)");
const mknodCall = libc.func("int mknod(const char *, uint32_t, uint64_t)");
const lsetxattrCall = libc.func("int lsetxattr(const char *, const char *, const void *, size_t, int)");
const lgetxattrCall = libc.func("int64_t lgetxattr(const char *, const char *, void *, size_t)");
const llistxattrCall = libc.func("int64_t llistxattr(const char *, void *, size_t)");
const socketCall = libc.func("int socket(int, int, int)");
const bindCall = libc.func("int bind(int, const void *, uint32_t)");
const connectCall = libc.func("int connect(int, const void *, uint32_t)");
const sendCall = libc.func("int64_t send(int, const void *, size_t, int)");
const recvCall = libc.func("int64_t recv(int, void *, size_t, int)");
const shutdownCall = libc.func("int shutdown(int, int)");
const closeCall = libc.func("int close(int)");
const ioctlCall = libc.func("int ioctl(int, unsigned long, void *)");
const syscall6 = libc.func("long syscall(long, long, const void *, const void *, long)");
const syscallInts = libc.func("long syscall(long, long, long, long, long)");
const indexCall = libc.func("uint32_t if_nametoindex(const char *)");

const MSG_DONTWAIT = 0x40;
/** Not among the errors Node has a name for. */
const EINPROGRESS = 115;
const MSG_NOSIGNAL = 0x4000;

export function mount(source: string, target: string, type: string | null, flags: number, data: string | null): void {
  check(mountCall(source, target, type, flags, data), "mount", `${source} on ${target}`);
}

export function umount(target: string, flags: number): void {
  check(umountCall(target, flags), "umount", target);
}

const X32_GETPID = 0x40000000 + 39;

/** Whether this machine's kernel runs programs of the x32 ABI: 64-bit registers, 32-bit pointers. Few are built to. */
export function runsX32(): boolean {
  return process.arch === "x64" && Number(syscallInts(X32_GETPID, 0, 0, 0, 0)) > 0;
}

export function unshare(flags: number): void {
  check(unshareCall(flags), "unshare", `0x${flags.toString(16)}`);
}

export function setns(fd: number, type: number): void {
  check(setnsCall(fd, type), "setns", `type 0x${type.toString(16)}`);
}

export function sethostname(name: string): void {
  check(sethostnameCall(name, Buffer.byteLength(name)), "sethostname", name);
}

export function mknod(path: string, mode: number, device: number): void {
  check(mknodCall(path, mode, device), "mknod", path);
}

export function lsetxattr(path: string, name: string, value: Uint8Array): void {
  check(lsetxattrCall(path, name, value, value.byteLength, 0), "lsetxattr", `${name} of ${path}`);
}

/** The attribute's value, or undefined when the file has none of that name. */
export function lgetxattr(path: string, name: string): Buffer | undefined {
  const value = Buffer.alloc(65536);
  const length = lgetxattrCall(path, name, value, value.byteLength);
  if (length < 0 && ["ENODATA", "ENOTSUP"].includes(new SystemError("", koffi.errno(), "").code)) return undefined;
  return Buffer.from(value.subarray(0, check(length, "lgetxattr", `${name} of ${path}`)));
}

export function llistxattr(path: string): string[] {
  const names = Buffer.alloc(65536);
  const length = llistxattrCall(path, names, names.byteLength);
  if (length < 0 && new SystemError("", koffi.errno(), "").code === "ENOTSUP") return [];
  const end = check(length, "llistxattr", path);
  return names.toString("utf8", 0, end).split("\0").filter(Boolean);
}

export function socket(domain: number, type: number, protocol: number): number {
  return check(socketCall(domain, type, protocol), "socket", `domain ${domain}`);
}

export function bind(fd: number, address: Uint8Array, subject: string): void {
  check(bindCall(fd, address, address.byteLength), "bind", subject);
}

/** Connects; on a non-blocking socket a connection under way counts as success. */
export function connect(fd: number, address: Uint8Array, subject: string): void {
  const result = connectCall(fd, address, address.byteLength);
  if (result < 0 && koffi.errno() === EINPROGRESS) return;
  check(result, "connect", subject);
}

export function send(fd: number, bytes: Uint8Array): void {
  check(sendCall(fd, bytes, bytes.byteLength, 0), "send", `fd ${fd}`);
}

export function recv(fd: number, into: Uint8Array): number {
  return check(recvCall(fd, into, into.byteLength, 0), "recv", `fd ${fd}`);
}

/** Receives without waiting: the length, or undefined when there is nothing yet. */
export function recvNow(fd: number, into: Uint8Array): number | undefined {
  const result = recvCall(fd, into, into.byteLength, MSG_DONTWAIT);
  if (result < 0 && isSystemError(new SystemError("", koffi.errno(), ""), "EAGAIN")) return undefined;
  return check(result, "recv", `fd ${fd}`);
}

/** Sends without waiting: false when there is no room. */
export function sendNow(fd: number, bytes: Uint8Array): boolean {
  const result = sendCall(fd, bytes, bytes.byteLength, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (result < 0 && isSystemError(new SystemError("", koffi.errno(), ""), "EAGAIN")) return false;
  check(result, "send", `fd ${fd}`);
  return true;
}

export function shutdown(fd: number, how: 0 | 1 | 2): void {
  check(shutdownCall(fd, how), "shutdown", `fd ${fd}`);
}

export function close(fd: number): void {
  check(closeCall(fd), "close", `fd ${fd}`);
}

export function ioctl(fd: number, request: number, argument: Uint8Array, name: string): void {
  check(ioctlCall(fd, request, argument), `ioctl ${name}`, `fd ${fd}`);
}

/** Index of a network interface in the current network namespace; undefined when there is none of that name. */
export function interfaceIndex(name: string): number | undefined {
  return indexCall(name) || undefined;
}

// The numbers are the same on every architecture Node supports that has them in the unified table (x86-64, arm64).
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;
const SYS_OPENAT2 = 437;

export function pidfdOpen(pid: number): number {
  return check(Number(syscallInts(SYS_PIDFD_OPEN, pid, 0, 0, 0)), "pidfd_open", `process ${pid}`);
}

export function pidfdSendSignal(fd: number, signal: number): void {
  check(Number(syscallInts(SYS_PIDFD_SEND_SIGNAL, fd, signal, 0, 0)), "pidfd_send_signal", `signal ${signal}`);
}

/** openat2(2): gives a descriptor for `path` resolved against directory `fd` under the `resolve` rules. */
export function openat2(fd: number, path: string, how: { flags: number; mode: number; resolve: number }): number {
  const encoded = Buffer.alloc(24);
  encoded.writeBigUInt64LE(BigInt(how.flags), 0);
  encoded.writeBigUInt64LE(BigInt(how.mode), 8);
  encoded.writeBigUInt64LE(BigInt(how.resolve), 16);
  const name = Buffer.from(`${path}\0`);
  return check(Number(syscall6(SYS_OPENAT2, fd, name, encoded, encoded.byteLength)), "openat2", path);
}

const SYS_OPEN_TREE = 428;
const SYS_MOVE_MOUNT = 429;
const SYS_MOUNT_SETATTR = 442;
const openTreeCall = libc.func("long syscall(long, int, const char *, uint32_t)");
const moveMountCall = libc.func("long syscall(long, int, const char *, int, const char *, uint32_t)");
const mountSetattrCall = libc.func("long syscall(long, int, const char *, uint32_t, const void *, size_t)");
const AT_FDCWD = -100;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const AT_EMPTY_PATH = 0x1000;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const MOUNT_ATTR_IDMAP = 0x100000;

/** open_tree(2): a descriptor for a mount of its own that shows `path`, attached nowhere. */
export function cloneMount(path: string): number {
  return check(
    Number(openTreeCall(SYS_OPEN_TREE, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)),
    "open_tree",
    path,
  );
}

/** mount_setattr(2): has the mount show owners as the user namespace of a descriptor maps them. */
export function mapMountIds(mount: number, userNamespace: number, subject: string): void {
  const attributes = Buffer.alloc(32);
  attributes.writeBigUInt64LE(BigInt(MOUNT_ATTR_IDMAP), 0);
  attributes.writeBigUInt64LE(BigInt(userNamespace), 24);
  check(
    Number(mountSetattrCall(SYS_MOUNT_SETATTR, mount, "", AT_EMPTY_PATH, attributes, attributes.byteLength)),
    "mount_setattr",
    subject,
  );
}

/** move_mount(2): attaches a mount that is attached nowhere. */
export function attachMount(mount: number, target: string): void {
  check(
    Number(moveMountCall(SYS_MOVE_MOUNT, mount, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH)),
    "move_mount",
    target,
  );
}
