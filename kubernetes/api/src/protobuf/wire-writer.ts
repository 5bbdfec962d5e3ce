/**
 * Writes the protobuf wire format from the end to the front, so that the length of what is inside a message is known by
 * the time it has to be written. Fields are therefore written in falling order of their numbers.
 */

/** Wire types, as the low three bits of a tag. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

/** Longer texts are measured and copied by the runtime; for short ones, a loop here is faster. */
const SHORT = 48;

/** A buffer that grows towards its front. */
export class WireWriter {
  #buffer = Buffer.allocUnsafeSlow(16 * 1024);
  #at = this.#buffer.length;

  /** How much has been written: the difference of two is the length of what was written between them. */
  get length(): number {
    return this.#buffer.length - this.#at;
  }

  /** A copy of all that was written; the writer is empty again. */
  take(): Buffer {
    const copy = Buffer.from(this.#buffer.subarray(this.#at));
    // What one large object needed is not kept for ever.
    if (this.#buffer.length > 1 << 20) this.#buffer = Buffer.allocUnsafeSlow(16 * 1024);
    this.#at = this.#buffer.length;
    return copy;
  }

  /** Forgets what was written, after a failure. */
  clear(): void {
    this.#at = this.#buffer.length;
  }

  tag(field: number, wire: number): void {
    const tag = field * 8 + wire;
    if (tag < 0x80) this.#byte(tag);
    else this.varint(tag);
  }

  /** A whole number; a negative one takes ten bytes, as an int64. */
  varint(value: number): void {
    if (value >= 0 && value < 0x80) this.#byte(value);
    else if (value < 0 || value > Number.MAX_SAFE_INTEGER) this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    else this.#longVarint(value);
  }

  #longVarint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
    this.#reserve(size);
    this.#at -= size;
    let rest = value;
    for (let i = this.#at; rest >= 0x80; i++) {
      this.#buffer[i] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at + size - 1] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#at -= 8;
    this.#buffer.writeDoubleLE(value, this.#at);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#at -= bytes.length;
    this.#buffer.set(bytes, this.#at);
  }

  /** The UTF-8 of a text, without its length. */
  text(text: string): void {
    if (text.length <= SHORT && this.#ascii(text)) return;
    const size = Buffer.byteLength(text);
    this.#reserve(size);
    this.#at -= size;
    this.#buffer.write(text, this.#at, "utf8");
  }

  /** Closes what was written since `length` was `start` as the length-delimited field. */
  close(field: number, start: number): void {
    this.varint(this.length - start);
    this.tag(field, BYTES);
  }

  #ascii(text: string): boolean {
    this.#reserve(text.length);
    const start = this.#at - text.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#buffer[start + i] = code;
    }
    this.#at = start;
    return true;
  }

  #byte(value: number): void {
    if (this.#at === 0) this.#reserve(1);
    this.#buffer[--this.#at] = value;
  }

  #bigVarint(value: bigint): void {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      if (rest < 0x80n) {
        bytes.push(Number(rest));
        break;
      }
      bytes.push(Number(rest & 0x7fn) | 0x80);
    }
    this.bytes(Uint8Array.from(bytes));
  }

  #reserve(size: number): void {
    if (size <= this.#at) return;
    const used = this.length;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, used + size + 1024));
    this.#buffer.copy(larger, larger.length - used, this.#at);
    this.#buffer = larger;
    this.#at = larger.length - used;
  }
}
