/** `skiff stop`: containers, each given some seconds to end by itself. */
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";
import { forEach } from "./for-each.ts";

const TABLE: FlagTable = {
  usage: "skiff stop [OPTIONS] CONTAINER [CONTAINER...]",
  flags: { timeout: "value", time: "value", signal: "value", help: "switch" },
  short: { t: "timeout", s: "signal" },
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
  const query = { t: flags.value("timeout") ?? flags.value("time"), signal: flags.value("signal") };
  return forEach(flags.operands, TABLE.usage, (id) =>
    client.json(`/containers/${encodeURIComponent(id)}/stop`, { method: "POST", query }),
  );
}
