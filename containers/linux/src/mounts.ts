/** Mounting and unmounting. */
import { isSystemError, mount, umount } from "./libc.ts";

const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_REC = 16384;
const MS_PRIVATE = 1 << 18;
const MS_SHARED = 1 << 20;
const MNT_DETACH = 2;

/** What an overlay is made of. `lower` has the topmost layer first. */
export interface OverlayMount {
  readonly lower: readonly string[];
  readonly upper: string;
  readonly work: string;
  readonly target: string;
}

/**
 * Mounts an overlay. Optional overlay features that change what the upper directory looks like are off, so that it can be read as a
 * layer. Paths must not contain ":" or ",".
 */
export function mountOverlay({ lower, upper, work, target }: OverlayMount): void {
  const features = "index=off,redirect_dir=off,metacopy=off";
  const options = `lowerdir=${lower.join(":")},upperdir=${upper},workdir=${work},${features}`;
  // mount(2) takes at most one page of options.
  if (Buffer.byteLength(options) >= 4096)
    throw new RangeError(`Cannot mount ${target}: ${lower.length} layers are too many`);
  mount("overlay", target, "overlay", 0, options);
}

/** Makes `target` show `source`, alone or with what is mounted below it. */
export function mountBind(source: string, target: string, o: { recursive?: boolean; readonly?: boolean } = {}): void {
  mount(source, target, null, MS_BIND | (o.recursive ? MS_REC : 0), null);
  if (o.readonly) mount("none", target, null, MS_BIND | MS_REMOUNT | MS_RDONLY, null);
}

/** What mount(8) calls its options, as far as they are flags of the system call; the rest goes to the file system. */
const FLAG_OPTIONS: Readonly<Record<string, number>> = {
  ro: MS_RDONLY,
  nosuid: MS_NOSUID,
  nodev: MS_NODEV,
  noexec: 8,
  sync: 16,
  noatime: 1024,
  nodiratime: 2048,
  bind: MS_BIND,
  rbind: MS_BIND | MS_REC,
  relatime: 1 << 21,
  strictatime: 1 << 24,
};
const NO_FLAGS = new Set(["rw", "suid", "dev", "exec", "async", "defaults"]);

/** Mounts a file system as mount(8) would with `-t type -o options device target`. */
export function mountFilesystem(o: {
  readonly type: string;
  readonly device: string;
  readonly target: string;
  readonly options: string;
}): void {
  const words = o.options.split(",").filter((word) => word !== "" && !NO_FLAGS.has(word));
  const flags = words.reduce((sum, word) => sum | (FLAG_OPTIONS[word] ?? 0), 0);
  const data = words.filter((word) => FLAG_OPTIONS[word] === undefined).join(",");
  mount(o.device, o.target, o.type, flags, data);
  // A bind ignores every other flag until it is mounted anew.
  if (flags & MS_BIND && flags & MS_RDONLY) mount("none", o.target, null, MS_BIND | MS_REMOUNT | MS_RDONLY, null);
}

/** Mounts a tmpfs of at most `size` bytes. */
export function mountTmpfs(target: string, o: { size?: number | undefined; mode?: number | undefined } = {}): void {
  const options = [`mode=${(o.mode ?? 0o755).toString(8)}`, ...(o.size ? [`size=${o.size}`] : [])];
  mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options.join(","));
}

/** Keeps mounts below `target` from spreading to other mount namespaces, and theirs from coming in. */
export function makePrivate(target: string): void {
  mount("none", target, null, MS_PRIVATE, null);
}

/** Lets mounts below `target` spread. */
export function makeShared(target: string): void {
  mount("none", target, null, MS_SHARED, null);
}

/** Unmounts what is mounted on `target` now or as soon as it is no longer in use. False when nothing is. */
export function unmount(target: string): boolean {
  try {
    umount(target, MNT_DETACH);
    return true;
  } catch (error) {
    if (isSystemError(error, "EINVAL", "ENOENT")) return false;
    throw error;
  }
}
