/** Load from `h2load` (Debian's nghttp2-client): written in C, it takes little of the two cores that subject and load share. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** One run. */
export interface H2Load {
  readonly url: string;
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly seconds: number;
  readonly token?: string | undefined;
  /** File whose content every request sends, as JSON. */
  readonly bodyFile?: string | undefined;
}

/** Requests answered with 2xx, per second. Rejects when any was answered otherwise. */
export async function h2load(o: H2Load): Promise<number> {
  // HTTP/1.1 has one request under way per connection, HTTP/2 shares a few.
  const connections = o.protocol === "HTTP/1.1" ? o.concurrency : Math.min(4, o.concurrency);
  const streams = o.protocol === "HTTP/1.1" ? 1 : Math.ceil(o.concurrency / connections);
  const args = [
    ...["-t1", `-c${connections}`, `-m${streams}`, `-D${o.seconds}`, "--warm-up-time=1"],
    ...(o.protocol === "HTTP/1.1" ? ["--h1"] : []),
    ...(o.token === undefined ? [] : ["-H", `authorization: Bearer ${o.token}`]),
    ...(o.bodyFile === undefined ? [] : ["-d", o.bodyFile, "-H", "content-type: application/json"]),
    o.url,
  ];
  const { stdout } = await promisify(execFile)("h2load", args);
  const [, rate] = /finished in [^,]+, ([\d.]+) req\/s/.exec(stdout) ?? [];
  const [, ok, redirected, refused, failed] =
    /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(stdout) ?? [];
  if (!rate || ok === "0" || Number(redirected) + Number(refused) + Number(failed) > 0)
    throw new Error(`h2load ${o.url}: ${stdout}`);
  return Number(rate);
}
