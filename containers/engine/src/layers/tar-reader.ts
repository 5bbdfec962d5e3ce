/** Reads tar archives (POSIX pax, ustar, GNU, v7) as their bytes come, in bounded memory, without waiting between entries. */
import { EngineError } from "../engine-error.ts";

/** What a tar says about one entry. */
export interface TarEntry {
  readonly name: string;
  readonly type: "file" | "link" | "symlink" | "character-device" | "block-device" | "directory" | "fifo";
  readonly linkname: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for all but files. */
  readonly size: number;
  /** Seconds since the epoch, with fractions. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, Buffer>;
}

/** Is given each entry, then its content in pieces that are overwritten afterwards, then its end. */
export interface TarHandler {
  begin(entry: TarEntry): void;
  data(bytes: Uint8Array): void;
  end(): void;
}

const BLOCK = 512;
/** Largest extended header; names and attributes have to fit. */
const MAX_EXTENDED = 1 << 20;
const TYPES: Readonly<Record<string, TarEntry["type"]>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "link",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
};

/** Takes an archive's bytes with `write` and its end with `finish`. Both throw "invalid" for what is no tar. */
export class TarReader {
  readonly #handler: TarHandler;
  readonly #block = Buffer.alloc(BLOCK);
  #filled = 0;
  #state: "header" | "extended" | "content" | "ended" = "header";
  /** Bytes of content, and of the padding behind it, that are still to come. */
  #left = 0;
  #padding = 0;
  #extendedType = "";
  #extended: Buffer[] = [];
  #records = new Map<string, Buffer>();

  constructor(handler: TarHandler) {
    this.#handler = handler;
  }

  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const bytes = chunk.subarray(at, at + this.#left);
        at += bytes.length;
        this.#left -= bytes.length;
        if (this.#state === "content") this.#handler.data(bytes);
        else if (this.#state === "extended") this.#extended.push(Buffer.from(bytes));
        if (this.#left === 0) this.#contentEnded();
      } else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, chunk.length - at);
        at += skipped;
        this.#padding -= skipped;
      } else if (this.#state === "ended") return;
      else {
        const bytes = chunk.subarray(at, at + BLOCK - this.#filled);
        this.#block.set(bytes, this.#filled);
        this.#filled += bytes.length;
        at += bytes.length;
        if (this.#filled === BLOCK) {
          this.#filled = 0;
          this.#header(this.#block);
        }
      }
    }
  }

  finish(): void {
    if (this.#left > 0 || this.#filled > 0) throw invalid("the archive ends in the middle of an entry");
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#state = "ended";
      return;
    }
    checkSum(block);
    const flag = String.fromCharCode(block[156] ?? 0);
    const size = numberAt(block, 124, 12);
    if ("xgLK".includes(flag)) {
      if (size > MAX_EXTENDED) throw invalid(`an extended header of ${size} bytes`);
      this.#extendedType = flag;
      this.#state = "extended";
      this.#expect(size);
      return;
    }
    const records = this.#records;
    this.#records = new Map();
    if (flag === "S" || records.has("GNU.sparse.major") || records.has("GNU.sparse.map"))
      throw new EngineError("unsupported", "sparse files in archives are not supported");
    const entry = entryOf(block, flag, size, records);
    if (entry === undefined) {
      // What has no meaning in a layer is passed over.
      this.#state = "header";
      this.#extendedType = "";
      this.#skip(size);
      return;
    }
    this.#handler.begin(entry);
    this.#state = "content";
    this.#expect(entry.size);
  }

  #expect(size: number): void {
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (size === 0) this.#contentEnded();
  }

  #skip(size: number): void {
    this.#left = 0;
    this.#padding = Math.ceil(size / BLOCK) * BLOCK;
  }

  #contentEnded(): void {
    if (this.#state === "content") this.#handler.end();
    else if (this.#state === "extended") {
      const bytes = Buffer.concat(this.#extended);
      this.#extended = [];
      if (this.#extendedType === "L") this.#records.set("path", untilNul(bytes));
      else if (this.#extendedType === "K") this.#records.set("linkpath", untilNul(bytes));
      else if (this.#extendedType === "x") readRecords(bytes, this.#records);
    }
    this.#state = "header";
  }
}

function entryOf(
  block: Buffer,
  flag: string,
  headerSize: number,
  records: ReadonlyMap<string, Buffer>,
): TarEntry | undefined {
  const known = TYPES[flag];
  if (known === undefined) return undefined;
  const magic = block.toString("latin1", 257, 263);
  const prefix = magic === "ustar\0" ? textAt(block, 345, 155) : "";
  const short = textAt(block, 0, 100);
  const name = records.get("path")?.toString("utf8") ?? (prefix === "" ? short : `${prefix}/${short}`);
  const type = known === "file" && name.endsWith("/") ? "directory" : known;
  const number = (key: string, fallback: number): number => {
    const text = records.get(key)?.toString("latin1");
    if (text === undefined) return fallback;
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) throw invalid(`the record ${key} is not a number`);
    return value;
  };
  const size = number("size", headerSize);
  if (!Number.isSafeInteger(size) || size < 0) throw invalid("an entry without a sensible size");
  const xattrs = new Map<string, Buffer>();
  for (const [key, value] of records)
    if (key.startsWith("SCHILY.xattr.")) xattrs.set(key.slice("SCHILY.xattr.".length), value);
  return {
    ...{ name, type, xattrs, size: type === "file" ? size : 0 },
    linkname: records.get("linkpath")?.toString("utf8") ?? textAt(block, 157, 100),
    mode: numberAt(block, 100, 8) & 0o7777,
    uid: idOf(number("uid", numberAt(block, 108, 8))),
    gid: idOf(number("gid", numberAt(block, 116, 8))),
    mtime: number("mtime", numberAt(block, 136, 12)),
    major: type.endsWith("device") ? numberAt(block, 329, 8) : 0,
    minor: type.endsWith("device") ? numberAt(block, 337, 8) : 0,
  };
}

function idOf(id: number): number {
  if (!Number.isInteger(id) || id < 0 || id > 0xffff_fffe) throw invalid(`an owner with the number ${id}`);
  return id;
}

/** Reads "<length> <key>=<value>\n" again and again (POSIX pax, "pax Extended Header"). */
function readRecords(bytes: Buffer, records: Map<string, Buffer>): void {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString("latin1", at, Math.min(space, at + 20)));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (space < 0 || !Number.isInteger(length) || length < 5 || end > bytes.length || equals < 0 || equals >= end)
      throw invalid("a malformed extended header");
    const key = bytes.toString("utf8", space + 1, equals);
    records.set(key, Buffer.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
}

/** A number in octal digits, or in GNU's base 256 where the first bit is set. */
function numberAt(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x40 ? -1 : first & 0x3f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + (block[at] ?? 0);
    if (!Number.isSafeInteger(value)) throw invalid("a number that is too large");
    return value;
  }
  const text = textAt(block, start, length).trim();
  if (!/^[0-7]*$/.test(text)) throw invalid("a header with a malformed number");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function textAt(block: Buffer, start: number, length: number): string {
  return untilNul(block.subarray(start, start + length)).toString("utf8");
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function checkSum(block: Buffer): void {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < BLOCK; at++) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  const stored = numberAt(block, 148, 8);
  if (stored !== unsigned && stored !== signed)
    throw invalid("a header whose checksum is wrong: it is no tar archive, or damaged");
}

function invalid(what: string): EngineError {
  return new EngineError("invalid", `Cannot read the archive: ${what}`);
}
