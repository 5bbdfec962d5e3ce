/** `skiff ps`: containers. */
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";
import { printTable } from "./print-table.ts";

const TABLE: FlagTable = {
  usage: "skiff ps [OPTIONS]",
  flags: { all: "switch", quiet: "switch", "no-trunc": "switch", help: "switch" },
  short: { a: "all", q: "quiet" },
};

interface Summary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly Command: string;
  readonly Status: string;
  readonly Ports: readonly {
    readonly IP: string;
    readonly PublicPort: number;
    readonly PrivatePort: number;
    readonly Type: string;
  }[];
}

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const containers = await connect().json<Summary[]>("/containers/json", {
    query: { all: flags.has("all") ? "1" : undefined },
  });
  const cut = (text: string, length: number) =>
    flags.has("no-trunc") || text.length <= length ? text : text.slice(0, length);
  if (flags.has("quiet")) {
    for (const { Id } of containers) process.stdout.write(`${cut(Id, 12)}\n`);
    return 0;
  }
  const rows = containers.map(({ Id, Image, Command, Status, Ports, Names }) => [
    cut(Id, 12),
    Image.startsWith("sha256:") ? cut(Image.slice("sha256:".length), 12) : cut(Image, 40),
    JSON.stringify(cut(Command, 24)),
    Status,
    Ports.map((port) => `${port.IP}:${port.PublicPort}->${port.PrivatePort}/${port.Type}`).join(", "),
    Names.map((name) => name.slice(1)).join(","),
  ]);
  printTable(["CONTAINER ID", "IMAGE", "COMMAND", "STATUS", "PORTS", "NAMES"], rows);
  return 0;
}
