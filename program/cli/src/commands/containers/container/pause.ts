/** `skiff pause`: processes that stand still. */
import { forEach } from "../for-each.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff pause CONTAINER [CONTAINER...]",
    about: "Holds every process of containers where it is",
    operands: { min: 1 },
    flags: {},
    short: {},
    interspersed: true,
  },
  ({ flags, client }) =>
    forEach(flags.operands, (id) => client.json(`/containers/${encodeURIComponent(id)}/pause`, { method: "POST" })),
);
