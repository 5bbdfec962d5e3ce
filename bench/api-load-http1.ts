/**
 * A load generator that costs little: keep-alive connections, requests written as ready bytes, of the answers only the
 * status and the length read. What it takes of the two cores is missing to what it measures, so it says how much that is.
 */
import { connect, type TLSSocket } from "node:tls";
import type { Load, LoadResult } from "./api.ts";

process.once("message", async (load: Load) => {
  process.send?.(await run(load));
  process.disconnect?.();
});

async function run(load: Load): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: load.concurrency }, () => open(load)));
  const request = requests(load);
  await Promise.all(sockets.map((socket) => ask(socket, request, performance.now())));
  const cpu = process.cpuUsage();
  const started = performance.now();
  const counts = await Promise.all(sockets.map((socket) => ask(socket, request, started + load.milliseconds)));
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  for (const socket of sockets) socket.destroy();
  const done = counts.reduce((sum, n) => sum + n, 0);
  return { rate: (done / elapsed) * 1000, generatorCpu: (user + system) / 1000 / elapsed };
}

function open({ url, ca, cert, key }: Load): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const o = { host: hostname, port: Number(port), ca, cert, key, ALPNProtocols: ["http/1.1"] };
    const socket = connect({ ...o, rejectUnauthorized: false }, () => resolve(socket.setNoDelay()));
    socket.once("error", reject);
  });
}

/** A function that gives the next request as text; names have one length, so that the head is always the same. */
function requests({ kind, path }: Load): () => string {
  if (kind === "get") return () => `GET ${path} HTTP/1.1\r\nhost: bench\r\n\r\n`;
  let sent = 1e8;
  const body = () => `{"metadata":{"name":"load-${process.pid}-${sent++}"},"data":{"text":"${"x".repeat(800)}"}}`;
  const length = body().length;
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  return () => head + body();
}

/** Sends one request after another until the time is over; gives how many were answered. */
function ask(socket: TLSSocket, request: () => string, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let done = 0;
    let missing = 0;
    const onData = (piece: Buffer) => {
      if (missing === 0) missing = answerLength(piece);
      if (Number.isNaN(missing)) return reject(new Error(`not answered as expected: ${piece.toString()}`));
      missing -= piece.length;
      if (missing > 0) return;
      done++;
      if (performance.now() < end) socket.write(request(), "latin1");
      else {
        socket.off("data", onData);
        resolve(done);
      }
    };
    socket.on("data", onData);
    socket.write(request(), "latin1");
  });
}

function answerLength(piece: Buffer): number {
  const head = piece.toString("latin1", 0, piece.indexOf("\r\n\r\n") + 4);
  if (!head.startsWith("HTTP/1.1 2")) return Number.NaN;
  return head.length + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1]);
}
