/** This process's streams and signals, joined with a container's until it ends. */
import type { DockerClient } from "@skiff/docker/client";
import { attachStreams } from "../containers/attach-streams.ts";
import type { Interrupts } from "./interrupts.ts";

/** How they are joined. */
export interface JoinOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  /** Start it, once its streams are joined. */
  readonly start?: boolean;
  /** It removes itself when it ends. */
  readonly removed?: boolean;
  /** Whether signals go to the container. */
  readonly forwardSignals: boolean;
  readonly interrupts: Interrupts;
}

/** Joins; gives the exit code of the container. */
export async function joinContainer(client: DockerClient, id: string, options: JoinOptions): Promise<number> {
  const { tty, stdin, start = false, removed = false, forwardSignals, interrupts } = options;
  const path = `/containers/${id}`;
  const condition = removed ? "removed" : start ? "next-exit" : "not-running";
  const [socket, ended] = await Promise.all([
    client.hijack(`${path}/attach`, {
      query: { stream: "1", stdout: "1", stderr: "1", stdin: stdin ? "1" : undefined },
    }),
    client.open(`${path}/wait`, { method: "POST", query: { condition } }),
  ]);
  const resize = (columns: number, rows: number): Promise<unknown> =>
    client.json(`${path}/resize`, { method: "POST", query: { w: String(columns), h: String(rows) } });
  const streams = attachStreams(socket, { stdin, tty, resize });
  const release = forwardSignals
    ? interrupts.handle((signal) => {
        // It may be over already.
        client.json(`${path}/kill`, { method: "POST", query: { signal } }).catch(() => undefined);
      })
    : () => undefined;
  try {
    if (start) await client.json(`${path}/start`, { method: "POST" });
    // A program that ends at once has no size any more.
    if (tty && process.stdout.isTTY) await resize(process.stdout.columns, process.stdout.rows).catch(() => undefined);
    await streams;
    let text = "";
    for await (const chunk of ended.setEncoding("utf8")) text += chunk;
    return (JSON.parse(text) as { StatusCode: number }).StatusCode;
  } finally {
    release();
    socket.destroy();
    ended.destroy();
    await streams;
  }
}
