/** The load generator for HTTP/2: a process of its own, so that it takes no time of the event loop it measures. */
import { type ClientHttp2Session, connect } from "node:http2";
import type { Load, LoadResult } from "./api.ts";

const SESSIONS = 4;

process.once("message", async (load: Load) => {
  process.send?.(await rateOf(load));
  process.disconnect?.();
});

async function rateOf({ url, ca, cert, key, kind, path, concurrency, milliseconds }: Load): Promise<LoadResult> {
  const sessions = Array.from({ length: Math.min(SESSIONS, concurrency) }, () =>
    connect(url, { ca, cert, key, rejectUnauthorized: false }),
  );
  const name = `load-${process.pid}`;
  let sent = 0;
  const body = () => JSON.stringify({ metadata: { name: `${name}-${sent++}` }, data: { text: "x".repeat(800) } });
  const once = (session: ClientHttp2Session) =>
    kind === "get" ? request(session, path) : request(session, path, body());
  await Promise.all(sessions.map(once));
  const end = performance.now() + milliseconds;
  let done = 0;
  const worker = async (i: number) => {
    const session = sessions[i % sessions.length];
    while (session && performance.now() < end) {
      await once(session);
      done++;
    }
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, (_, i) => worker(i)));
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  for (const session of sessions) session.close();
  return { rate: (done / elapsed) * 1000, generatorCpu: (user + system) / 1000 / elapsed };
}

function request(session: ClientHttp2Session, path: string, body?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? { ":path": path } : { ":path": path, ":method": "POST", "content-type": "application/json" };
    const stream = session.request(headers, { endStream: body === undefined });
    let status = 0;
    stream.on("response", (head) => {
      status = Number(head[":status"]);
    });
    stream.on("error", reject);
    stream.on("end", () => (status < 300 ? resolve() : reject(new Error(`${path}: status ${status}`))));
    stream.resume();
    if (body !== undefined) stream.end(body);
  });
}
