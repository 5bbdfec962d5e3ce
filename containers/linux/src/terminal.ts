/** Pseudo-terminals (pty(7)). */
import { closeSync, constants, openSync } from "node:fs";
import { ioctl } from "./libc.ts";

const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const TIOCSWINSZ = 0x5414;
const TCGETS = 0x5401;
const TCSETS = 0x5402;
/** At least what the kernel's struct has on any architecture. */
const TERMIOS_BYTES = 64;

/** Opens a pair that passes bytes on as they are: no echo, no line ends made up, no signals. The caller closes both descriptors. */
export function openRawTerminal(): { master: number; slave: number } {
  const flags = constants.O_RDWR | constants.O_NOCTTY;
  const master = openSync("/dev/ptmx", flags);
  try {
    const number = Buffer.alloc(4);
    ioctl(master, TIOCSPTLCK, Buffer.alloc(4), "TIOCSPTLCK");
    ioctl(master, TIOCGPTN, number, "TIOCGPTN");
    const slave = openSync(`/dev/pts/${number.readUInt32LE()}`, flags);
    makeRaw(slave);
    return { master, slave };
  } catch (error) {
    closeSync(master);
    throw error;
  }
}

// As cfmakeraw(3) does.
function makeRaw(fd: number): void {
  const settings = Buffer.alloc(TERMIOS_BYTES);
  ioctl(fd, TCGETS, settings, "TCGETS");
  const change = (offset: number, cleared: number, set = 0): void => {
    settings.writeUInt32LE(((settings.readUInt32LE(offset) & ~cleared) | set) >>> 0, offset);
  };
  change(0, 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400); // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
  change(4, 0x1 | 0x4); // OPOST ONLCR
  change(8, 0x30 | 0x100, 0x30); // CSIZE and PARENB for CS8
  change(12, 0x1 | 0x2 | 0x8 | 0x40 | 0x8000); // ISIG ICANON ECHO ECHONL IEXTEN
  ioctl(fd, TCSETS, settings, "TCSETS");
}

/** Sets a terminal's size in characters. */
export function resizeTerminal(fd: number, width: number, height: number): void {
  const size = Buffer.alloc(8);
  size.writeUInt16LE(height, 0);
  size.writeUInt16LE(width, 2);
  ioctl(fd, TIOCSWINSZ, size, "TIOCSWINSZ");
}
