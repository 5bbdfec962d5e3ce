/** `skiff logs CONTAINER`: what a container wrote. Without an operand, the server's own log. */
import { demultiplex } from "@skiff/docker/client";
import { unixTime } from "../unix-time.ts";
import { type Verb, verb } from "../verb.ts";

const ofContainer = verb(
  {
    usage: "skiff logs [OPTIONS] CONTAINER",
    about: "Shows what a container wrote; without CONTAINER, the log of Skiff itself",
    operands: { min: 1, max: 1 },
    flags: {
      details: "switch",
      follow: "switch",
      since: "value",
      tail: "value",
      timestamps: "switch",
      until: "value",
    },
    short: { f: "follow", n: "tail", t: "timestamps" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const path = `/containers/${encodeURIComponent(flags.operands[0] ?? "")}`;
    const { Config } = await client.json<{ Config: { Tty: boolean } }>(`${path}/json`);
    const one = (name: string) => (flags.has(name) ? "1" : undefined);
    const [since, until] = [flags.value("since"), flags.value("until")];
    const source = await client.open(`${path}/logs`, {
      query: {
        stdout: "1",
        stderr: "1",
        follow: one("follow"),
        details: one("details"),
        timestamps: one("timestamps"),
        tail: flags.value("tail") ?? "all",
        since: since === undefined ? undefined : unixTime(since, "since"),
        until: until === undefined ? undefined : unixTime(until, "until"),
      },
    });
    if (Config.Tty) for await (const chunk of source) process.stdout.write(chunk);
    else await demultiplex(source, process.stdout, process.stderr);
    return 0;
  },
);

// Options of the server's log with a value; those of a container's log with one are never there without an operand.
const WITH_VALUE = new Set(["--tail", "-n", "--since", "--until", "--name", "--data"]);

export const run: Verb = async (args) => {
  const hasOperand = args.some((arg, at) => !arg.startsWith("-") && !WITH_VALUE.has(args[at - 1] ?? ""));
  if (hasOperand || args.includes("--help")) return ofContainer(args);
  return (await import("../../logs.ts")).run(args);
};
