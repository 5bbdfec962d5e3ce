import { type DecodedPacket, decode, encode, type Packet } from "dns-packet";

/** What this server says it can take in one datagram: fits any path without fragments. */
export const UDP_PAYLOAD = 1232;
const HEADER_BYTES = 12;
const TRUNCATED = 0x0200;
const MAX_RECORDS = 512;

/** A query reduced to what matters here. */
export interface Query {
  readonly packet: DecodedPacket;
  /** Lower case, without a final dot. */
  readonly name: string;
  readonly type: string;
  readonly edns: boolean;
  readonly dnssecOk: boolean;
  /** The largest datagram the client takes. */
  readonly maxBytes: number;
}

/** Why a message gets no proper answer: an rcode to answer with, or silence for what is no query at all. */
export type Refusal = { readonly rcode: "FORMERR" | "NOTIMP" | "REFUSED" } | "ignore";

/** Reads a message from a client. Anything may come in; nothing is thrown. */
export function readQuery(bytes: Buffer): Query | Refusal {
  // A response is never answered, or two servers would talk for ever.
  if (bytes.length < HEADER_BYTES || (bytes[2] ?? 0) & 0x80) return "ignore";
  if (((bytes[2] ?? 0) >> 3) & 0x0f) return { rcode: "NOTIMP" };
  const records = bytes.readUInt16BE(4) + bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  if (bytes.readUInt16BE(4) !== 1 || records > MAX_RECORDS) return { rcode: "FORMERR" };
  let packet: DecodedPacket;
  try {
    packet = decode(bytes);
  } catch {
    return { rcode: "FORMERR" }; // the decoder throws on whatever is malformed
  }
  const [question] = packet.questions ?? [];
  if (!question) return { rcode: "FORMERR" };
  if (question.class !== undefined && question.class !== "IN") return { rcode: "REFUSED" };
  const opt = packet.additionals?.find((record) => record.type === "OPT");
  return {
    packet,
    name: question.name.toLowerCase(),
    type: question.type,
    edns: opt !== undefined,
    dnssecOk: opt?.type === "OPT" && opt.flag_do === true,
    maxBytes: opt?.type === "OPT" ? Math.min(Math.max(opt.udpPayloadSize, 512), UDP_PAYLOAD) : 512,
  };
}

/** Writes the answer to `query`. */
export function writeAnswer(
  query: Query,
  o: Pick<Packet, "answers" | "authorities" | "additionals"> & {
    readonly rcode: number;
    readonly authoritative: boolean;
  },
): Buffer {
  const recursionDesired = (query.packet.flags ?? 0) & 0x0100;
  const opt = {
    type: "OPT",
    name: ".",
    udpPayloadSize: UDP_PAYLOAD,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  } as const;
  return encode({
    type: "response",
    id: query.packet.id ?? 0,
    // Recursion is available.
    flags: recursionDesired | 0x0080 | (o.authoritative ? 0x0400 : 0) | o.rcode,
    questions: query.packet.questions ?? [],
    answers: o.answers ?? [],
    authorities: o.authorities ?? [],
    additionals: [...(o.additionals ?? []), ...(query.edns ? [{ ...opt, options: [] }] : [])],
  } as Packet);
}

/** Answers a message that could not be read: its header with the rcode, and nothing else. */
export function writeRefusal(bytes: Buffer, rcode: "FORMERR" | "NOTIMP" | "REFUSED"): Buffer {
  const reply = Buffer.alloc(HEADER_BYTES);
  bytes.copy(reply, 0, 0, 4);
  reply.writeUInt16BE((bytes.readUInt16BE(2) & 0x7910) | 0x8000 | { FORMERR: 1, NOTIMP: 4, REFUSED: 5 }[rcode], 2);
  return reply;
}

/** The message, or when it does not fit a datagram its header and question marked as truncated: the client comes by TCP. */
export function fitDatagram(message: Buffer, maxBytes: number): Buffer {
  if (message.length <= maxBytes) return message;
  const end = questionEnd(message);
  const cut = Buffer.from(message.subarray(0, end));
  cut.writeUInt16BE(cut.readUInt16BE(2) | TRUNCATED, 2);
  cut.fill(0, 6, HEADER_BYTES);
  return cut;
}

/** Whether a server marked its answer as truncated. */
export function isTruncated(message: Buffer): boolean {
  return (message.readUInt16BE(2) & TRUNCATED) !== 0;
}

/** Where the one question of a message ends. Throws RangeError on a message cut short. */
export function questionEnd(message: Buffer): number {
  return skipName(message, HEADER_BYTES) + 4;
}

/** Where the TTLs of a message are; OPT has none. Throws RangeError on a malformed message. */
export function ttlOffsets(message: Buffer): number[] {
  const offsets: number[] = [];
  const count = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  let at = questionEnd(message);
  for (let n = 0; n < count; n++) {
    at = skipName(message, at);
    const isOpt = message.readUInt16BE(at) === 41;
    if (!isOpt) offsets.push(at + 4);
    at += 10 + message.readUInt16BE(at + 8);
    if (at > message.length) throw new RangeError("Cannot read a DNS record: it ends after its message");
  }
  return offsets;
}

function skipName(message: Buffer, from: number): number {
  for (let at = from; ; ) {
    const length = message.readUInt8(at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
  }
}
