/** `skiff stop`: containers that end. */
import { forEach } from "../for-each.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff stop [OPTIONS] CONTAINER [CONTAINER...]",
    about: "Asks containers to end, and kills them when they take too long",
    operands: { min: 1 },
    flags: { signal: "value", timeout: "int" },
    short: { s: "signal", t: "timeout" },
    aliases: { time: "timeout" },
    interspersed: true,
  },
  ({ flags, client }) => {
    const query = { t: flags.value("timeout"), signal: flags.value("signal") };
    return forEach(flags.operands, (id) =>
      client.json(`/containers/${encodeURIComponent(id)}/stop`, { method: "POST", query }),
    );
  },
);
