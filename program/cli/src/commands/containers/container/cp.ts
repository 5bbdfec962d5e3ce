/** `skiff cp`: files into a container, and out of it. */
import { humanSize } from "../formatting/units.ts";
import { VerbFailure, verb } from "../verb.ts";
import { copyPaths } from "./copy-paths.ts";
import { splitArgument } from "./plan-copy.ts";

export const run = verb(
  {
    usage: "skiff cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tskiff cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
    about: "Copies files into a container, or out of it; - is a tar on standard input or output",
    operands: { min: 2, max: 2 },
    flags: { archive: "switch", "follow-link": "switch", quiet: "switch" },
    short: { a: "archive", L: "follow-link", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [from = "", to = ""] = flags.operands;
    if (from === "") throw new VerbFailure("source can not be empty");
    if (to === "") throw new VerbFailure("destination can not be empty");
    const [source, destination] = [splitArgument(from), splitArgument(to)];
    const archive = flags.has("archive");
    const moved = await copyPaths(client, source, destination, { archive, followLink: flags.has("follow-link") });
    const tells = process.stdout.isTTY && !flags.has("quiet") && destination.path !== "-";
    if (tells) process.stderr.write(`Successfully copied ${humanSize(moved, 3)} to ${to}\n`);
    return 0;
  },
);
