/** `skiff exec`: another program in a running container. Its exit code becomes ours. */
import type { ParsedFlags } from "../../../docker-client/parse-flags.ts";
import { attachStreams } from "../attach-streams.ts";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff exec [OPTIONS] CONTAINER COMMAND [ARG...]",
    about: "Runs another program in a running container",
    operands: { min: 2 },
    flags: {
      detach: "switch",
      "detach-keys": "value",
      env: "list",
      "env-file": "list",
      interactive: "switch",
      privileged: "switch",
      tty: "switch",
      user: "value",
      workdir: "value",
    },
    short: { d: "detach", e: "env", i: "interactive", t: "tty", u: "user", w: "workdir" },
  },
  async ({ flags, client }) => {
    const [container = "", ...command] = flags.operands;
    const tty = flags.has("tty");
    const isDetached = flags.has("detach");
    const stdin = flags.has("interactive") && !isDetached;
    if (tty && stdin && !process.stdin.isTTY) throw new VerbFailure("the input device is not a TTY");
    const detachKeys = flags.value("detach-keys");
    const { Id: id } = await client.json<{ Id: string }>(`/containers/${encodeURIComponent(container)}/exec`, {
      method: "POST",
      json: {
        Cmd: command,
        Env: await environment(flags),
        User: flags.value("user"),
        WorkingDir: flags.value("workdir"),
        Privileged: flags.has("privileged"),
        Tty: tty,
        DetachKeys: detachKeys,
        AttachStdin: stdin,
        AttachStdout: !isDetached,
        AttachStderr: !isDetached,
      },
    });
    if (isDetached) {
      await client.json(`/exec/${id}/start`, { method: "POST", json: { Detach: true, Tty: tty } });
      return 0;
    }
    const size = tty && process.stdout.isTTY ? { ConsoleSize: [process.stdout.rows, process.stdout.columns] } : {};
    const socket = await client.hijack(`/exec/${id}/start`, { json: { Detach: false, Tty: tty, ...size } });
    const ended = await attachStreams(socket, {
      stdin,
      tty,
      detachKeys,
      resize: (columns, rows) =>
        client.json(`/exec/${id}/resize`, { method: "POST", query: { w: String(columns), h: String(rows) } }),
    });
    if (ended === "detached") throw new VerbFailure("read escape sequence");
    const { ExitCode } = await client.json<{ ExitCode: number | null }>(`/exec/${id}/json`);
    return ExitCode ?? 1;
  },
);

async function environment(flags: ParsedFlags): Promise<string[]> {
  const own = (name: string) => process.env[name];
  const given = flags.list("env").map((entry) => {
    const value = entry.includes("=") ? undefined : own(entry);
    return value === undefined ? entry : `${entry}=${value}`;
  });
  if (!flags.given("env-file")) return given;
  const { readPairs } = await import("./create/env-file.ts");
  return [...flags.list("env-file").flatMap((path) => readPairs(path, own)), ...given];
}
