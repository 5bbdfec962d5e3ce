/** The building blocks of protobuf's encoding. */

/** How the bytes after a tag are to be read. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A place in what is being read. */
export interface Cursor {
  readonly input: Buffer;
  at: number;
}

/** What a field begins with. */
export function tagOf(id: number, wireType: number): Buffer {
  return varint(id * 8 + wireType);
}

/** An integer of up to 64 bits; a negative one in two's complement. Throws a RangeError for anything else. */
export function varint(value: number): Buffer {
  if (!Number.isInteger(value) || value >= 2 ** 64 || value < -(2 ** 63))
    throw new RangeError(`Cannot encode ${value}: not an integer of 64 bits`);
  const bytes: number[] = [];
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
    bytes.push(rest);
  } else {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  }
  return Buffer.from(bytes);
}

/** A varint as a signed 64-bit number, rounded where a number cannot hold it. */
export function readVarint(cursor: Cursor): number {
  let low = 0;
  let high = 0n;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.input[cursor.at++];
    if (byte === undefined) throw new RangeError("Cannot decode a message: it ends within a number");
    if (shift < 49) low += (byte & 127) * 2 ** shift;
    else high |= BigInt(byte & 127) << BigInt(shift);
    if (byte < 128) return high === 0n ? low : Number(BigInt.asIntN(64, high | BigInt(low)));
  }
  throw new RangeError("Cannot decode a message: a number is longer than ten bytes");
}

/** Where a field that begins with its length ends. */
export function endOfField(cursor: Cursor): number {
  const length = readVarint(cursor);
  const end = cursor.at + length;
  if (length < 0 || end > cursor.input.length)
    throw new RangeError("Cannot decode a message: a field reaches beyond its end");
  return end;
}

/** Passes over a field of no interest. */
export function skip(cursor: Cursor, wireType: number): void {
  if (wireType === wire.varint) readVarint(cursor);
  else if (wireType === wire.bytes) cursor.at = endOfField(cursor);
  else if (wireType === wire.fixed64) cursor.at += 8;
  else if (wireType === wire.fixed32) cursor.at += 4;
  else throw new RangeError(`Cannot decode a message: unknown wire type ${wireType}`);
}
