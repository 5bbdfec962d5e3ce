/**
 * A load generator for changes that differ from request to request: keep-alive connections over HTTP/1.1, requests written as ready
 * text, of the answers only the status and the length read.
 */
import { connect, type TLSSocket } from "node:tls";

/** What it is told; it answers with the requests answered per second. */
export interface WriteLoad {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly kind: "patch" | "status" | "delete";
  /** Path of the collection; its objects are called `<kind>-<n>`. */
  readonly path: string;
  /** How many objects there are. */
  readonly count: number;
  readonly concurrency: number;
  readonly milliseconds: number;
}

process.once("message", async (load: WriteLoad) => {
  process.send?.(await run(load));
  process.disconnect?.();
});

async function run(load: WriteLoad): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: load.concurrency }, () => open(load)));
  const request = requests(load);
  const started = performance.now();
  const counts = await Promise.all(sockets.map((socket) => ask(socket, request, started + load.milliseconds)));
  const elapsed = performance.now() - started;
  for (const socket of sockets) socket.destroy();
  return (counts.reduce((sum, n) => sum + n, 0) / elapsed) * 1000;
}

function open({ url, ca, cert, key }: WriteLoad): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const o = { host: hostname, port: Number(port), ca, cert, key, ALPNProtocols: ["http/1.1"] };
    const socket = connect({ ...o, rejectUnauthorized: false }, () => resolve(socket.setNoDelay()));
    socket.once("error", reject);
  });
}

/** A function that gives the next request as text; undefined when there is nothing left to do. */
function requests({ kind, path, count }: WriteLoad): () => string | undefined {
  let sent = 0;
  if (kind === "delete")
    return () => (sent < count ? `DELETE ${path}/${kind}-${sent++} HTTP/1.1\r\nhost: bench\r\n\r\n` : undefined);
  const tail = kind === "status" ? "/status" : "";
  return () => {
    const name = `${kind}-${sent % count}`;
    const value = `value ${sent++}`;
    const body = JSON.stringify(kind === "status" ? { status: { message: value } } : { data: { value } });
    const type = "content-type: application/merge-patch+json";
    return `PATCH ${path}/${name}${tail} HTTP/1.1\r\nhost: bench\r\n${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };
}

/** Sends one request after another until the time is over; gives how many were answered. */
function ask(socket: TLSSocket, request: () => string | undefined, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let done = 0;
    let missing = 0;
    const next = () => {
      const text = performance.now() < end ? request() : undefined;
      if (text !== undefined) return socket.write(text, "latin1");
      socket.off("data", onData);
      resolve(done);
    };
    const onData = (piece: Buffer) => {
      if (missing === 0) missing = answerLength(piece);
      if (Number.isNaN(missing)) return reject(new Error(`not answered as expected: ${piece.toString()}`));
      missing -= piece.length;
      if (missing > 0) return;
      done++;
      next();
    };
    socket.on("data", onData);
    next();
  });
}

function answerLength(piece: Buffer): number {
  const head = piece.toString("latin1", 0, piece.indexOf("\r\n\r\n") + 4);
  if (!head.startsWith("HTTP/1.1 2")) return Number.NaN;
  return head.length + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1]);
}
