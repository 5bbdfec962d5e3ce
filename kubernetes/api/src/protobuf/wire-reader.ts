/** Reads the protobuf wire format. Every length is checked against the end of its message: the bytes are a client's. */

/** One field as it stands on the wire. `bytes` is given for length-delimited fields, `number` for the others. */
export type WireField =
  | { readonly field: number; readonly bytes: Uint8Array }
  | { readonly field: number; readonly number: bigint; readonly fixed: boolean };

/** The fields of a message, in order. Throws SyntaxError where the bytes are no message. */
export function* readFields(message: Uint8Array): IterableIterator<WireField> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = Number(readVarint(message, cursor));
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { field, number: readVarint(message, cursor), fixed: false };
        break;
      case 1:
        yield { field, number: readFixed(message, cursor, 8), fixed: true };
        break;
      case 2: {
        const length = Number(readVarint(message, cursor));
        if (length > message.length - cursor.at) throw new SyntaxError("unexpected EOF");
        yield { field, bytes: message.subarray(cursor.at, cursor.at + length) };
        cursor.at += length;
        break;
      }
      case 5:
        yield { field, number: readFixed(message, cursor, 4), fixed: true };
        break;
      default:
        throw new SyntaxError(`proto: illegal wireType ${tag % 8}`);
    }
  }
}

/** The varints of a packed list. */
export function* readPacked(bytes: Uint8Array): IterableIterator<bigint> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) yield readVarint(bytes, cursor);
}

function readVarint(message: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = message[cursor.at++];
    if (byte === undefined) throw new SyntaxError("unexpected EOF");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, value);
  }
  throw new SyntaxError("proto: integer overflow");
}

function readFixed(message: Uint8Array, cursor: { at: number }, size: 4 | 8): bigint {
  if (size > message.length - cursor.at) throw new SyntaxError("unexpected EOF");
  const view = new DataView(message.buffer, message.byteOffset + cursor.at, size);
  cursor.at += size;
  return size === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
}
