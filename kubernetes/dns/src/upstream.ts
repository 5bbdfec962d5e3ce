import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createConnection } from "node:net";
import { encode, type Packet, RECURSION_DESIRED } from "dns-packet";
import { isTruncated, type Query, questionEnd, UDP_PAYLOAD } from "./message.ts";

const TRY_MS = 2_000;

/** Asks one server elsewhere. Rejects when it gives no proper answer in time. */
export async function askUpstream(server: string, query: Query, signal: AbortSignal): Promise<Buffer> {
  const request = requestFor(query);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]);
  const answer = await overUdp(server, request, limit);
  return isTruncated(answer) ? await overTcp(server, request, limit) : answer;
}

function requestFor({ packet, edns, dnssecOk }: Query): Buffer {
  const opt = { type: "OPT", name: ".", udpPayloadSize: UDP_PAYLOAD, extendedRcode: 0, ednsVersion: 0, options: [] };
  return encode({
    type: "query",
    id: randomInt(0x10000),
    flags: RECURSION_DESIRED,
    questions: packet.questions ?? [],
    additionals: edns ? [{ ...opt, flags: dnssecOk ? 0x8000 : 0, flag_do: dnssecOk }] : [],
  } as Packet);
}

/** One socket per question: its random port and the random id are what a forger has to guess. */
function overUdp(server: string, request: Buffer, signal: AbortSignal): Promise<Buffer> {
  const { host, port, family } = endpointOf(server);
  return new Promise((resolve, reject) => {
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      signal.removeEventListener("abort", abort);
      socket.close();
      settle();
    };
    const abort = () => end(() => reject(new Error(`No answer from DNS server ${server}`, { cause: signal.reason })));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    socket.on("error", (error) => end(() => reject(error)));
    socket.on("message", (answer) => {
      if (answersTo(request, answer)) end(() => resolve(answer));
    });
    socket.connect(port, host, () => {
      if (!ended) socket.send(request);
    });
  });
}

function overTcp(server: string, request: Buffer, signal: AbortSignal): Promise<Buffer> {
  const { host, port } = endpointOf(server);
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, signal });
    let received: Buffer = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`No answer from DNS server ${server} by TCP`)));
    socket.on("connect", () => socket.write(Buffer.concat([lengthPrefix(request), request])));
    socket.on("data", (data: Buffer) => {
      received = Buffer.concat([received, data]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const answer = received.subarray(2, 2 + received.readUInt16BE(0));
      if (answersTo(request, answer)) resolve(answer);
      else reject(new Error(`Wrong answer from DNS server ${server} by TCP`));
      socket.destroy();
    });
  });
}

/** A message's length as TCP wants it in front. */
export function lengthPrefix(message: Buffer): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return prefix;
}

/** Same id, a response, same question (the case of letters may differ). */
function answersTo(request: Buffer, answer: Buffer): boolean {
  if (answer.length < 12 || answer.readUInt16BE(0) !== request.readUInt16BE(0) || !((answer[2] ?? 0) & 0x80))
    return false;
  const end = questionEnd(request);
  const question = (message: Buffer) => message.subarray(12, end).toString("latin1").toLowerCase();
  return answer.readUInt16BE(4) === 1 && question(answer) === question(request);
}

/** `1.2.3.4`, `1.2.3.4:5353`, `fd00::1` or `[fd00::1]:5353`. */
function endpointOf(server: string): { host: string; port: number; family: 4 | 6 } {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*))(?::(\d+))?$/.exec(server) ?? [];
  const host = bracketed ?? plain ?? server;
  return { host, port: Number(port ?? 53), family: host.includes(":") ? 6 : 4 };
}
