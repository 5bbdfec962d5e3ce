/** `skiff diff`: what a container changed of its image's files. */
import { verb } from "../verb.ts";

const KINDS = ["C", "A", "D"];

export const run = verb(
  {
    usage: "skiff diff CONTAINER",
    about: "Lists the files that a container changed (C), added (A) and deleted (D)",
    operands: { min: 1, max: 1 },
    flags: {},
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    const path = `/containers/${encodeURIComponent(flags.operands[0] ?? "")}/changes`;
    const changes = (await client.json<{ Kind: number; Path: string }[] | null>(path)) ?? [];
    for (const { Kind, Path } of changes) process.stdout.write(`${KINDS[Kind] ?? "?"} ${Path}\n`);
    return 0;
  },
);
