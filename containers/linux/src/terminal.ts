/** Pseudo-terminals (pty(7)). */
import { closeSync, constants, openSync } from "node:fs";
import { ioctl } from "./libc.ts";

const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const TIOCSWINSZ = 0x5414;

/** Opens a pair. The caller closes both descriptors. */
export function openTerminal(): { master: number; slave: number } {
  const flags = constants.O_RDWR | constants.O_NOCTTY;
  const master = openSync("/dev/ptmx", flags);
  try {
    const number = Buffer.alloc(4);
    ioctl(master, TIOCSPTLCK, Buffer.alloc(4), "TIOCSPTLCK");
    ioctl(master, TIOCGPTN, number, "TIOCGPTN");
    return { master, slave: openSync(`/dev/pts/${number.readUInt32LE()}`, flags) };
  } catch (error) {
    closeSync(master);
    throw error;
  }
}

/** Sets a terminal's size in characters. */
export function resizeTerminal(fd: number, width: number, height: number): void {
  const size = Buffer.alloc(8);
  size.writeUInt16LE(height, 0);
  size.writeUInt16LE(width, 2);
  ioctl(fd, TIOCSWINSZ, size, "TIOCSWINSZ");
}
