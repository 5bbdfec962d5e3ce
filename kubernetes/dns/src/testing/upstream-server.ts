import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { type Answer, decode, encode, type Packet } from "dns-packet";

/** A name server on loopback for tests. `answer` gives the records for a name, or an rcode; undefined: it stays silent. */
export async function upstreamServer(
  answer: (
    name: string,
    type: string,
    over: "udp" | "tcp",
  ) => { answers?: Answer[]; authorities?: Answer[]; rcode?: number; truncated?: boolean } | undefined,
): Promise<AsyncDisposable & { readonly server: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const respond = (request: Buffer, over: "udp" | "tcp"): Buffer | undefined => {
    const { id = 0, questions = [] } = decode(request);
    const [question] = questions;
    if (!question) return undefined;
    asked.push(`${question.name} ${question.type} ${over}`);
    const said = answer(question.name, question.type, over);
    if (!said) return undefined;
    const { answers = [], authorities = [] } = said;
    const flags = 0x0180 | (said.rcode ?? 0) | (said.truncated ? 0x0200 : 0);
    return encode({ type: "response", id, flags, questions, answers, authorities } as Packet);
  };
  const udp = createSocket("udp4");
  udp.on("message", (request, from) => {
    const reply = respond(request, "udp");
    if (reply) udp.send(reply, from.port, from.address);
  });
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");
  const { port } = udp.address();
  const tcp = createServer((socket) => {
    socket.once("data", (data: Buffer) => {
      const reply = respond(data.subarray(2), "tcp") ?? Buffer.alloc(0);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.end(Buffer.concat([length, reply]));
    });
  });
  tcp.listen(port, "127.0.0.1");
  await once(tcp, "listening");
  return {
    server: `127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
}
