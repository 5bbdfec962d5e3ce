/** fsutil's packets, by which files travel between a client and a builder. */

/** Kinds of packets. */
export const packet = { stat: 0, request: 1, data: 2, finish: 3, failure: 4 } as const;

/** What one packet says. Of a `stat`, no stat is the end of the list; of `data`, no data is the end of the file. */
export interface FilePacket {
  readonly type: number;
  readonly stat?: FileStat | undefined;
  readonly id?: number;
  readonly data?: Uint8Array;
}

/** A file's entry in the list; modes are those of Go's FileMode. */
export interface FileStat {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly modTime: number;
  /** Where a symbolic link leads, or the entry that a hard link stands for. */
  readonly linkname: string;
}

/** Bits of Go's FileMode above the permissions. */
export const goMode = {
  directory: 2 ** 31,
  symlink: 2 ** 27,
  device: 2 ** 26,
  fifo: 2 ** 25,
  socket: 2 ** 24,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  characterDevice: 2 ** 21,
  sticky: 2 ** 20,
  irregular: 2 ** 19,
} as const;

const KINDS: readonly number[] = [
  goMode.directory,
  goMode.symlink,
  goMode.device,
  goMode.fifo,
  goMode.socket,
  goMode.characterDevice,
  goMode.irregular,
];

/** Whether a mode has a bit of Go's. */
export function has(mode: number, bit: number): boolean {
  return Math.floor(mode / bit) % 2 === 1;
}

/** Whether an entry is an ordinary file, whose contents may be asked for. */
export function isFile(mode: number): boolean {
  return !KINDS.some((kind) => has(mode, kind));
}

/** Go's mode as Unix's permissions. */
export function unixPermissions(mode: number): number {
  const special =
    (has(mode, goMode.setuid) ? 0o4000 : 0) |
    (has(mode, goMode.setgid) ? 0o2000 : 0) |
    (has(mode, goMode.sticky) ? 0o1000 : 0);
  return (mode % 0o1000) | special;
}

/** Unix's permissions as Go's mode, without the kind. */
export function goPermissions(mode: number): number {
  return (
    (mode & 0o777) +
    (mode & 0o4000 ? goMode.setuid : 0) +
    (mode & 0o2000 ? goMode.setgid : 0) +
    (mode & 0o1000 ? goMode.sticky : 0)
  );
}
