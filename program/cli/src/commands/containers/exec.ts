/** `skiff exec`: another program in a running container. Its exit code becomes ours. */
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { attachStreams } from "./attach-streams.ts";
import { connect } from "./connect.ts";

const TABLE: FlagTable = {
  usage: "skiff exec [OPTIONS] CONTAINER COMMAND [ARG...]",
  flags: {
    detach: "switch",
    env: "list",
    interactive: "switch",
    privileged: "switch",
    tty: "switch",
    user: "value",
    workdir: "value",
    help: "switch",
  },
  short: { d: "detach", e: "env", i: "interactive", t: "tty", u: "user", w: "workdir" },
};

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const [container, ...command] = flags.operands;
  if (container === undefined || command.length === 0)
    throw new Error(`a container and a command are required\n\nUsage: ${TABLE.usage}`);
  const client = connect();
  const tty = flags.has("tty");
  const stdin = flags.has("interactive");
  const detached = flags.has("detach");
  if (tty && stdin && !process.stdin.isTTY) throw new Error("the input device is not a TTY");
  const { Id: id } = await client.json<{ Id: string }>(`/containers/${encodeURIComponent(container)}/exec`, {
    method: "POST",
    json: {
      Cmd: command,
      Env: flags.list("env"),
      User: flags.value("user"),
      WorkingDir: flags.value("workdir"),
      Privileged: flags.has("privileged"),
      Tty: tty,
      AttachStdin: stdin && !detached,
      AttachStdout: !detached,
      AttachStderr: !detached,
    },
  });
  if (detached) {
    await client.json(`/exec/${id}/start`, { method: "POST", json: { Detach: true } });
    return 0;
  }
  const size = tty && process.stdout.isTTY ? { ConsoleSize: [process.stdout.rows, process.stdout.columns] } : {};
  const socket = await client.hijack(`/exec/${id}/start`, { json: { Detach: false, Tty: tty, ...size } });
  await attachStreams(socket, {
    stdin,
    tty,
    resize: (columns, rows) =>
      client.json(`/exec/${id}/resize`, { method: "POST", query: { w: String(columns), h: String(rows) } }),
  });
  const { ExitCode } = await client.json<{ ExitCode: number | null }>(`/exec/${id}/json`);
  return ExitCode ?? 1;
}
