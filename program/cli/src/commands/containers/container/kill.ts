/** `skiff kill`: a signal for the first process of containers. */
import { forEach } from "../for-each.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff kill [OPTIONS] CONTAINER [CONTAINER...]",
    about: "Ends containers at once, or sends them a signal",
    operands: { min: 1 },
    flags: { signal: "value" },
    short: { s: "signal" },
    interspersed: true,
  },
  ({ flags, client }) =>
    forEach(flags.operands, (id) =>
      client.json(`/containers/${encodeURIComponent(id)}/kill`, {
        method: "POST",
        query: { signal: flags.value("signal") },
      }),
    ),
);
