/** `@skiff/linux`: the kernel. The only room that calls it beyond what Node offers. */
export type { CgroupLimits, CgroupStats, Cgroups } from "./cgroup/cgroups.ts";
export { openCgroups } from "./cgroup/open-cgroups.ts";
export { type IdMap, type IdRange, mountIdMapped } from "./id-mapped-mounts.ts";
export {
  interfaceIndex,
  isSystemError,
  lgetxattr,
  llistxattr,
  lsetxattr,
  mknod,
  runsX32,
  SystemError,
} from "./libc.ts";
export { ipv4Bytes, Links, loopbackUp } from "./links.ts";
export { type Logger, silentLogger } from "./logger.ts";
export { isMountpoint, type MountEntry, mountsBelow, parseMountinfo, readMounts } from "./mountinfo.ts";
export {
  makePrivate,
  makeShared,
  mountBind,
  mountFilesystem,
  mountOverlay,
  mountTmpfs,
  type OverlayMount,
  unmount,
} from "./mounts.ts";
export {
  createNamespaces,
  inNamespaces,
  isPinned,
  type NamespaceKind,
  pinNamespace,
  removeNamespaces,
  writeSysctl,
} from "./namespaces.ts";
export { deleteTable, listTable, NftError, nft } from "./nft.ts";
export { type PacketHandlers, PacketSocket } from "./packet-socket.ts";
export {
  bootId,
  identify,
  isAlive,
  namespaceOf,
  type ProcessIdentity,
  signalName,
  signalNumber,
  signalProcess,
} from "./process.ts";
export { openInRoot } from "./safe-path.ts";
export { bindInNamespace, connectInNamespace } from "./sockets-in-namespace.ts";
export { type ProgramEnd, type Spawned, type SpawnOptions, spawnProgram, type Wiring } from "./spawn-program.ts";
export { openRawTerminal, resizeTerminal } from "./terminal.ts";
export { watchProcess } from "./watch-process.ts";
