/** Reads the protobuf wire format. Every length is checked against the end of its message: the bytes are a client's. */

const text = new TextDecoder("utf-8", { fatal: true });
/** Longer texts are decoded by the runtime; for short ones, a loop here is faster. */
const SHORT = 24;

/** A cursor over one message. `next` goes to a field; exactly one of the reading methods then takes its value. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #wire = 0;
  /** The number of the present field. */
  field = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Goes to the next field; false at the end of the message. Throws SyntaxError, as all methods do, where the bytes are no message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (this.field === 0) throw new SyntaxError(`proto: illegal tag ${this.field} (wire type ${this.#wire})`);
    return true;
  }

  /** Whether the field is length-delimited. */
  get isBytes(): boolean {
    return this.#wire === 2;
  }

  /** A whole number. Beyond 2^53 it is the nearest that a number can be. */
  number(): number {
    if (this.#wire !== 0) throw wrongType();
    return this.#varint();
  }

  bool(): boolean {
    return this.number() !== 0;
  }

  double(): number {
    if (this.#wire !== 1) throw wrongType();
    const at = this.#skip(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true);
  }

  /** The bytes of a length-delimited field, not copied. */
  bytes(): Uint8Array {
    const [start, end] = this.#span();
    return this.#bytes.subarray(start, end);
  }

  /** The message inside a length-delimited field. */
  message(): WireReader {
    const [start, end] = this.#span();
    return new WireReader(this.#bytes, start, end);
  }

  /** A length-delimited field as UTF-8. */
  text(): string {
    const [start, end] = this.#span();
    if (end - start <= SHORT) {
      let short = "";
      for (let i = start; i < end; i++) {
        const byte = this.#bytes[i] ?? 0;
        if (byte >= 0x80) return decodeText(this.#bytes.subarray(start, end));
        short += String.fromCharCode(byte);
      }
      return short;
    }
    return decodeText(this.#bytes.subarray(start, end));
  }

  /** The numbers of a list, packed or one by one. */
  numbers(into: unknown[]): void {
    if (this.#wire !== 2) return void into.push(this.number());
    const [start, end] = this.#span();
    const packed = new WireReader(this.#bytes, start, end);
    while (packed.#at < end) into.push(packed.#varint());
  }

  /** Passes over a field that nobody wants. */
  skip(): void {
    if (this.#wire === 0) this.#varint();
    else if (this.#wire === 1) this.#skip(8);
    else if (this.#wire === 2) this.#span();
    else if (this.#wire === 5) this.#skip(4);
    else throw new SyntaxError(`proto: illegal wireType ${this.#wire}`);
  }

  #span(): [number, number] {
    if (this.#wire !== 2) throw wrongType();
    const length = this.#varint();
    const start = this.#skip(length);
    return [start, start + length];
  }

  #skip(length: number): number {
    const start = this.#at;
    if (length < 0 || length > this.#end - start) throw new SyntaxError("unexpected EOF");
    this.#at = start + length;
    return start;
  }

  /** A varint as an int64. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      if (this.#at >= this.#end) throw new SyntaxError("unexpected EOF");
      const byte = this.#bytes[this.#at++] ?? 0;
      // The tenth byte holds the sign.
      if (i === 9) return this.#negative();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new SyntaxError("proto: integer overflow");
  }

  /** Ten bytes spell a negative number: read again, exactly. */
  #negative(): number {
    let value = 0n;
    for (let i = 0; i < 10; i++) value |= BigInt((this.#bytes[this.#at - 10 + i] ?? 0) & 0x7f) << BigInt(7 * i);
    if ((this.#bytes[this.#at - 1] ?? 0) > 1) throw new SyntaxError("proto: integer overflow");
    return Number(BigInt.asIntN(64, value));
  }
}

/** UTF-8 as a string. Throws SyntaxError where it is none. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return text.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new SyntaxError("proto: invalid UTF-8 in a string");
    throw error;
  }
}

function wrongType(): SyntaxError {
  return new SyntaxError("proto: wrong wireType");
}
