/** `skiff rm`: containers, with their files. */
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";
import { forEach } from "./for-each.ts";

const TABLE: FlagTable = {
  usage: "skiff rm [OPTIONS] CONTAINER [CONTAINER...]",
  flags: { force: "switch", volumes: "switch", help: "switch" },
  short: { f: "force", v: "volumes" },
  interspersed: true,
};

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const client = connect();
  const query = { force: flags.has("force") ? "1" : undefined };
  return forEach(flags.operands, TABLE.usage, (id) =>
    client.json(`/containers/${encodeURIComponent(id)}`, { method: "DELETE", query }),
  );
}
