/** `skiff compose exec`: another program in a service's container. Its exit code becomes ours. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { attachStreams } from "../../containers/attach-streams.ts";
import { int, list, on, silent, value, verbTable } from "../flag-table.ts";
import { terminalChoice } from "../terminal.ts";
import type { Verb } from "../verb.ts";

export const exec: Verb = {
  canRehearse: false,
  table: verbTable(
    "exec [OPTIONS] SERVICE COMMAND [ARGS...]",
    {
      detach: on("leave it running in the background", "d"),
      env: list("KEY=VALUE", "a variable of its environment", "e"),
      index: int("which of the service's containers"),
      interactive: silent("switch", "i"),
      "no-tty": on("give it no terminal (default: one where this is one)", "T"),
      privileged: on("with all rights"),
      tty: silent("switch", "t"),
      user: value("NAME", "run it as this user", "u"),
      workdir: value("DIR", "run it in this directory", "w"),
    },
    { command: true, aliases: { "no-TTY": "no-tty" } },
  ),
  async run(call) {
    const { flags } = call;
    const [service, ...command] = flags.operands;
    if (service === undefined || command.length === 0) throw new UsageError("a service and a command are required");
    const { tty, interactive, size } = terminalChoice(flags);
    const name = await call.projectName();
    const operation = await import("@skiff/compose/operations/exec");
    const execution = await operation.exec(await call.context(), name, {
      service,
      command,
      index: flags.number("index"),
      environment: flags.list("env").map((text) => (text.includes("=") ? text : `${text}=${call.env[text] ?? ""}`)),
      user: flags.value("user"),
      workingDirectory: flags.value("workdir"),
      privileged: flags.has("privileged"),
      tty,
      interactive,
      detach: flags.has("detach"),
      size,
    });
    if (execution === undefined) return 0;
    const ended = await attachStreams(execution.socket, { stdin: interactive, tty, resize: execution.resize });
    return ended === "detached" ? 0 : execution.exitCode();
  },
};
