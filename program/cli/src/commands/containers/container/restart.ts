/** `skiff restart`: containers that end and begin anew. */
import { forEach } from "../for-each.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff restart [OPTIONS] CONTAINER [CONTAINER...]",
    about: "Stops containers and starts them again",
    operands: { min: 1 },
    flags: { signal: "value", timeout: "int" },
    short: { s: "signal", t: "timeout" },
    aliases: { time: "timeout" },
    interspersed: true,
  },
  ({ flags, client }) => {
    const query = { t: flags.value("timeout"), signal: flags.value("signal") };
    return forEach(flags.operands, (id) =>
      client.json(`/containers/${encodeURIComponent(id)}/restart`, { method: "POST", query }),
    );
  },
);
