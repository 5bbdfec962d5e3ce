/**
 * Watchers that cost little: HTTP/2 frames read by hand, of each event only its number and the time it was written at. What
 * they take of the two cores is missing to what they measure, so they say how much that is.
 */
import { connect, type TLSSocket } from "node:tls";
import type { WatchLoad, WatchResult } from "./watch.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const [DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE] = [0, 1, 4, 6, 8];
const [ACK, END_HEADERS_AND_STREAM] = [1, 5];
const HUGE_WINDOW = 2 ** 31 - 1 - 65_535;
const LINE_END = 10;
/** What stands around an event's number and time. */
const MARK = Buffer.from('"x":"@');

/** Milliseconds from write to delivery, counted in steps of one. */
const delays = new Uint32Array(60_000);
let delivered = 0;
let outOfOrder = 0;

process.once("message", async (load: WatchLoad) => {
  const streams = (await Promise.all(Array.from({ length: load.sessions }, () => open(load)))).flat();
  process.send?.("watching");
  let cpu = process.cpuUsage();
  let started = 0;
  const wanted = load.watchers * load.events;
  for (const before = Date.now(); delivered < wanted && Date.now() - before < load.patienceMs; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (started === 0 && delivered > 0) {
      started = performance.now();
      cpu = process.cpuUsage();
    }
  }
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const result: WatchResult = {
    delivered,
    outOfOrder,
    missed: streams.filter(({ last }) => last !== load.events - 1).length,
    elapsed,
    delays: [0.5, 0.99, 1].map(percentile),
    cpu: (user + system) / 1000 / elapsed,
  };
  process.send?.(result, () => process.exit());
});

interface Stream {
  /** The number of the last event. */
  last: number;
  /** An event of which the end is still to come. */
  rest: Buffer | undefined;
}

/** One connection with its share of the watches; resolves when all are answered. */
function open({ url, ca, cert, key, path, sessions, watchers }: WatchLoad): Promise<Stream[]> {
  const { hostname, port } = new URL(url);
  const streams = Array.from({ length: watchers / sessions }, (): Stream => ({ last: -1, rest: undefined }));
  return new Promise((resolve, reject) => {
    const o = { host: hostname, port: Number(port), ca, cert, key, ALPNProtocols: ["h2"] };
    const socket = connect({ ...o, rejectUnauthorized: false }, () => {
      const window = Buffer.alloc(4);
      window.writeUInt32BE(HUGE_WINDOW);
      socket.write(PREFACE);
      socket.write(frame(SETTINGS, 0, 0, Buffer.concat([Buffer.of(0, 4), window])));
      socket.write(frame(WINDOW_UPDATE, 0, 0, window));
      const head = headersOf(path);
      for (const i of streams.keys()) socket.write(frame(HEADERS, END_HEADERS_AND_STREAM, 2 * i + 1, head));
    });
    socket.once("error", reject);
    let answered = 0;
    readFrames(socket, (type, flags, id, payload) => {
      if (type === SETTINGS && flags !== ACK) socket.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
      else if (type === PING && flags !== ACK) socket.write(frame(PING, ACK, 0, Buffer.from(payload)));
      else if (type === HEADERS && ++answered === streams.length) resolve(streams);
      else if (type === DATA) take(streams[(id - 1) / 2], payload);
    });
  });
}

function readFrames(socket: TLSSocket, on: (type: number, flags: number, id: number, payload: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (piece: Buffer) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let at = 0;
    while (bytes.length - at >= 9) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      on(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, bytes.readUInt32BE(at + 5), bytes.subarray(at + 9, end));
      at = end;
    }
    rest = bytes.subarray(at);
  });
}

function take(stream: Stream | undefined, payload: Buffer): void {
  if (!stream) return;
  const bytes = stream.rest ? Buffer.concat([stream.rest, payload]) : payload;
  const whole = bytes.lastIndexOf(LINE_END) + 1;
  stream.rest = whole < bytes.length ? Buffer.from(bytes.subarray(whole)) : undefined;
  const now = performance.timeOrigin + performance.now();
  for (let at = bytes.indexOf(MARK); at >= 0 && at < whole; at = bytes.indexOf(MARK, at)) {
    at += MARK.length;
    const [number, time] = bytes.toString("latin1", at, bytes.indexOf(0x40, at)).split(" ").map(Number);
    if (number !== stream.last + 1) outOfOrder++;
    stream.last = number ?? -1;
    delivered++;
    const delay = Math.max(Math.round(now - (time ?? 0)), 0);
    delays[delay] = (delays[delay] ?? 0) + 1;
  }
}

function percentile(part: number): number {
  const wanted = Math.ceil(delivered * part);
  let count = 0;
  for (const [delay, times] of delays.entries()) {
    count += times;
    if (count >= wanted) return delay;
  }
  return Number.NaN;
}

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** GET over https of a path, without compression (RFC 7541, 6.1 and 6.2.2). */
function headersOf(path: string): Buffer {
  const text = (value: string) => Buffer.concat([integer(value.length), Buffer.from(value)]);
  return Buffer.concat([Buffer.of(0x82, 0x87, 0x04), text(path), Buffer.of(0x01), text("bench")]);
}

/** A length with a prefix of seven bits (RFC 7541, 5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.of(value);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
