/**
 * Clients that behave as client-go does: each has one request under way, and one that is turned away comes again after as many seconds as
 * it was told. They share HTTP/2 connections, a hundred to each.
 */
import { type ClientHttp2Session, connect } from "node:http2";
import { setTimeout as pause } from "node:timers/promises";

/** What it is told. */
export interface Clients {
  readonly api: string;
  readonly path: string;
  readonly token: string;
  /** Posted, as JSON; without it the path is read. */
  readonly body?: object;
  readonly count: number;
  readonly milliseconds: number;
}

/** What it answers: per second, answers with 2xx and with 429. */
export interface Answered {
  readonly served: number;
  readonly refused: number;
}

const PER_CONNECTION = 100;

process.once("message", async (clients: Clients) => {
  process.send?.(await run(clients));
  process.disconnect?.();
});

async function run(clients: Clients): Promise<Answered> {
  const sessions = Array.from({ length: Math.ceil(clients.count / PER_CONNECTION) }, () =>
    connect(clients.api, { rejectUnauthorized: false }),
  );
  const counts = { served: 0, refused: 0 };
  const end = performance.now() + clients.milliseconds;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients.count }, async (_, i) => {
      const session = sessions[i % sessions.length] as ClientHttp2Session;
      while (performance.now() < end) {
        const { status, retryAfter } = await ask(session, clients);
        if (performance.now() > end) return;
        if (status < 300) counts.served++;
        else if (status !== 429) throw new Error(`answered with ${status}`);
        else {
          counts.refused++;
          await pause(Math.min(retryAfter * 1000, end - performance.now()));
        }
      }
    }),
  );
  for (const session of sessions) session.destroy();
  const seconds = (end - started) / 1000;
  return { served: counts.served / seconds, refused: counts.refused / seconds };
}

function ask(session: ClientHttp2Session, { path, token, body }: Clients) {
  return new Promise<{ status: number; retryAfter: number }>((resolve, reject) => {
    const authorization = `Bearer ${token}`;
    const stream = body
      ? session.request({ ":path": path, ":method": "POST", authorization, "content-type": "application/json" })
      : session.request({ ":path": path, authorization });
    let answer = { status: 0, retryAfter: 0 };
    stream.once("response", (headers) => {
      answer = { status: Number(headers[":status"]), retryAfter: Number(headers["retry-after"] ?? 1) };
    });
    stream.once("error", reject);
    stream.once("close", () => resolve(answer));
    stream.resume();
    stream.end(body && JSON.stringify(body));
  });
}
