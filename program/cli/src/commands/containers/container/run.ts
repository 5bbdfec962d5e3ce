/** `skiff run`: a container from creation to its end. Its exit code becomes ours; 125 is a failure of ours, 126 and 127 a program that cannot be run. */
import type { DockerClient } from "@skiff/docker/client";
import { type FlagTable, type ParsedFlags, UsageError } from "../../../docker-client/parse-flags.ts";
import { messageOf, VerbFailure, verb } from "../verb.ts";
import { attachContainer } from "./attach-container.ts";
import { attachedStreams, createBody } from "./create/create-body.ts";
import { createContainer } from "./create/create-container.ts";
import { createAliases, createFlags, createShort } from "./create/create-flags.ts";

const TABLE: FlagTable = {
  usage: "skiff run [OPTIONS] IMAGE [COMMAND] [ARG...]",
  about: "Makes a container of an image and runs it",
  operands: { min: 1 },
  flags: { ...createFlags, detach: "switch", "detach-keys": "value", "sig-proxy": "switch" },
  short: { ...createShort, d: "detach" },
  aliases: createAliases,
};

export const run = verb(TABLE, async ({ flags, client }) => {
  if (flags.has("detach") && flags.list("attach").length > 0)
    throw new VerbFailure("conflicting options: cannot specify both --attach and --detach");
  try {
    return await runContainer(client, flags);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = messageOf(error);
    const code = error instanceof VerbFailure && error.exitCode === 125 ? 125 : exitCodeOf(message);
    throw new VerbFailure(`skiff: ${message}\n\nRun 'skiff run --help' for more information`, code);
  }
});

async function runContainer(client: DockerClient, flags: ParsedFlags): Promise<number> {
  const [image = "", ...command] = flags.operands;
  const tty = flags.has("tty");
  const isDetached = flags.has("detach");
  const attached = isDetached ? { stdin: false, stdout: false, stderr: false } : attachedStreams(flags);
  const body = await createBody(flags, image, command, attached);
  if (tty && attached.stdin && !process.stdin.isTTY) throw new Error("the input device is not a TTY");
  const id = await createContainer(client, flags, image, body);
  const start = () => client.json(`/containers/${id}/start`, { method: "POST" });
  const isAttached = attached.stdin || attached.stdout || attached.stderr;
  if (!isAttached) {
    await start();
    process.stdout.write(`${id}\n`);
    return 0;
  }
  const ended = await attachContainer(client, id, {
    ...attached,
    tty,
    detachKeys: flags.value("detach-keys"),
    forwardsSignals: !flags.given("sig-proxy") || flags.has("sig-proxy"),
    until: flags.has("rm") ? "removed" : "next-exit",
    start,
  });
  return ended === "detached" ? 0 : ended;
}

function exitCodeOf(message: string): number {
  if (/executable file not found|no such file or directory/i.test(message)) return 127;
  if (/permission denied|is a directory/i.test(message)) return 126;
  return 125;
}
