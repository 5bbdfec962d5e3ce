/** Joining this process's streams with a container's, and learning how it ends. */
import type { DockerClient } from "@skiff/docker/client";
import { attachStreams } from "../attach-streams.ts";
import type { Attached } from "./create/create-body.ts";
import { forwardSignals } from "./forward-signals.ts";

/** How. */
export interface AttachOptions extends Attached {
  readonly tty: boolean;
  readonly detachKeys?: string | undefined;
  /** Whether this process's signals are passed on. */
  readonly forwardsSignals: boolean;
  /** When the container counts as ended. */
  readonly until: "not-running" | "next-exit" | "removed";
  /** What is to be done once the streams are joined: nothing for what runs already. */
  readonly start?: () => Promise<unknown>;
}

/** Gives the exit code, or "detached" when the user left it alone. Rejects with what `start` rejects with. */
export async function attachContainer(
  client: DockerClient,
  id: string,
  { stdin, stdout, stderr, tty, detachKeys, forwardsSignals, until, start }: AttachOptions,
): Promise<number | "detached"> {
  const path = `/containers/${id}`;
  const one = (given: boolean) => (given ? "1" : undefined);
  const query = { stream: "1", stdin: one(stdin), stdout: one(stdout), stderr: one(stderr), detachKeys };
  const [joined, waiting] = await Promise.allSettled([
    client.hijack(`${path}/attach`, { query }),
    client.open(`${path}/wait`, { method: "POST", query: { condition: until } }),
  ]);
  if (joined.status === "rejected" || waiting.status === "rejected") {
    // What was answered would keep this process.
    if (joined.status === "fulfilled") joined.value.destroy();
    if (waiting.status === "fulfilled") waiting.value.destroy();
    throw joined.status === "rejected" ? joined.reason : waiting.status === "rejected" ? waiting.reason : undefined;
  }
  const [socket, ended] = [joined.value, waiting.value];
  const resize = (columns: number, rows: number) =>
    client.json(`${path}/resize`, { method: "POST", query: { w: String(columns), h: String(rows) } });
  const streams = attachStreams(socket, { stdin, tty, detachKeys, resize });
  const stopForwarding = forwardsSignals ? forwardSignals(client, id, tty) : () => undefined;
  try {
    await start?.();
    // It may have ended by now, and then has no terminal.
    if (tty && process.stdout.isTTY) await resize(process.stdout.columns, process.stdout.rows).catch(() => undefined);
    if ((await streams) === "detached") return "detached";
    let text = "";
    for await (const chunk of ended.setEncoding("utf8")) text += chunk;
    return (JSON.parse(text) as { StatusCode: number }).StatusCode;
  } finally {
    stopForwarding();
    socket.destroy();
    ended.destroy();
    await streams;
  }
}
