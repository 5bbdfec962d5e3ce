/** `skiff start`: containers that do not run, started; with `-a` and `-i`, joined. */
import type { DockerClient } from "@skiff/docker/client";
import type { ParsedFlags } from "../../../docker-client/parse-flags.ts";
import { messageOf, VerbFailure, verb } from "../verb.ts";
import { attachContainer } from "./attach-container.ts";

export const run = verb(
  {
    usage: "skiff start [OPTIONS] CONTAINER [CONTAINER...]",
    about: "Starts containers that do not run",
    operands: { min: 1 },
    flags: { attach: "switch", "detach-keys": "value", interactive: "switch" },
    short: { a: "attach", i: "interactive" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    if (!flags.has("attach") && !flags.has("interactive")) return startAll(client, flags.operands);
    const [container = "", ...others] = flags.operands;
    if (others.length > 0) throw new VerbFailure("you cannot start and attach multiple containers at once");
    return startAttached(client, container, flags);
  },
);

async function startAll(client: DockerClient, containers: readonly string[]): Promise<number> {
  const failed: string[] = [];
  for (const id of containers) {
    try {
      await client.json(`/containers/${encodeURIComponent(id)}/start`, { method: "POST" });
      process.stdout.write(`${id}\n`);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      failed.push(id);
    }
  }
  if (failed.length > 0) throw new VerbFailure(`Error: failed to start containers: ${failed.join(", ")}`);
  return 0;
}

async function startAttached(client: DockerClient, container: string, flags: ParsedFlags): Promise<number> {
  const { Id, Config, HostConfig } = await client.json<{
    Id: string;
    Config: { Tty: boolean; OpenStdin: boolean };
    HostConfig: { AutoRemove: boolean };
  }>(`/containers/${encodeURIComponent(container)}/json`);
  try {
    const ended = await attachContainer(client, Id, {
      stdin: flags.has("interactive") && Config.OpenStdin,
      stdout: true,
      stderr: true,
      tty: Config.Tty,
      detachKeys: flags.value("detach-keys"),
      forwardsSignals: true,
      until: HostConfig.AutoRemove ? "removed" : "next-exit",
      start: () => client.json(`/containers/${Id}/start`, { method: "POST" }),
    });
    return ended === "detached" ? 0 : ended;
  } catch (error) {
    throw new VerbFailure(messageOf(error));
  }
}
