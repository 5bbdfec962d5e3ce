/** The frames of SPDY/3.1 (https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1), as bytes and as objects. */

export const FLAG_FIN = 1;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
/** Far more than any client sends in one frame. */
const MAX_FRAME = 1024 * 1024;
const MAX_HEADER_BLOCK = 16 * 1024;

export const rstStatus = { protocolError: 1, refusedStream: 3, cancel: 5, internalError: 6 } as const;

export type Frame =
  | { readonly type: "data"; readonly streamId: number; readonly fin: boolean; readonly data: Buffer }
  /** `headerBlock` is still compressed. */
  | { readonly type: "synStream"; readonly streamId: number; readonly fin: boolean; readonly headerBlock: Buffer }
  | { readonly type: "rstStream"; readonly streamId: number; readonly status: number }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goAway" }
  /** SETTINGS, WINDOW_UPDATE and what else needs no answer here. HEADERS carry compression state and so are told apart. */
  | { readonly type: "headers"; readonly headerBlock: Buffer }
  | { readonly type: "ignored" };

/** What is wrong with the bytes of the other side; the connection is of no use after it. */
export class SpdyProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SpdyProtocolError";
  }
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames completed by `chunk`. Throws SpdyProtocolError. */
  push(chunk: Buffer): Frame[] {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const frames: Frame[] = [];
    while (data.length >= 8) {
      const length = data.readUIntBE(5, 3);
      if (length > MAX_FRAME) throw new SpdyProtocolError(`frame of ${length} bytes is too long`);
      if (data.length < 8 + length) break;
      frames.push(parse(data.subarray(0, 8), data.subarray(8, 8 + length)));
      data = data.subarray(8 + length);
    }
    this.#rest = data;
    return frames;
  }
}

function parse(head: Buffer, body: Buffer): Frame {
  const first = head.readUInt32BE(0);
  const fin = (head.readUInt8(4) & FLAG_FIN) !== 0;
  if (first >>> 31 === 0) return { type: "data", streamId: first, fin, data: Buffer.from(body) };
  const version = (first >>> 16) & 0x7fff;
  if (version !== 3) throw new SpdyProtocolError(`version ${version} is not SPDY/3`);
  switch (first & 0xffff) {
    case SYN_STREAM:
      need(body, 10);
      return { type: "synStream", streamId: idAt(body), fin, headerBlock: headerBlock(body, 10) };
    case SYN_REPLY:
      need(body, 4);
      return { type: "headers", headerBlock: headerBlock(body, 4) };
    case RST_STREAM:
      need(body, 8);
      return { type: "rstStream", streamId: idAt(body), status: body.readUInt32BE(4) };
    case PING:
      need(body, 4);
      return { type: "ping", id: body.readUInt32BE(0) };
    case GOAWAY:
      return { type: "goAway" };
    case HEADERS:
      need(body, 4);
      return { type: "headers", headerBlock: headerBlock(body, 4) };
    default:
      return { type: "ignored" };
  }
}

const HEADERS = 8;

function need(body: Buffer, length: number): void {
  if (body.length < length) throw new SpdyProtocolError(`frame of ${body.length} bytes is too short`);
}

function idAt(body: Buffer): number {
  return body.readUInt32BE(0) & 0x7fffffff;
}

function headerBlock(body: Buffer, offset: number): Buffer {
  if (body.length - offset > MAX_HEADER_BLOCK) throw new SpdyProtocolError("header block is too long");
  return Buffer.from(body.subarray(offset));
}

export function dataFrame(streamId: number, data: Buffer, fin: boolean): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(streamId);
  head.writeUInt32BE(data.length, 4);
  head.writeUInt8(fin ? FLAG_FIN : 0, 4);
  return Buffer.concat([head, data]);
}

export function synStreamFrame(streamId: number, headerBlock: Buffer, fin = false): Buffer {
  const body = Buffer.alloc(10);
  body.writeUInt32BE(streamId);
  return controlFrame(SYN_STREAM, fin ? FLAG_FIN : 0, Buffer.concat([body, headerBlock]));
}

export function synReplyFrame(streamId: number, headerBlock: Buffer): Buffer {
  return controlFrame(SYN_REPLY, 0, Buffer.concat([word(streamId), headerBlock]));
}

export function rstStreamFrame(streamId: number, status: number): Buffer {
  return controlFrame(RST_STREAM, 0, Buffer.concat([word(streamId), word(status)]));
}

export function pingFrame(id: number): Buffer {
  return controlFrame(PING, 0, word(id));
}

function controlFrame(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(body.length, 4);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, body]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
