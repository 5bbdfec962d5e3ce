/** `skiff unpause`: processes that go on. */
import { forEach } from "../for-each.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff unpause CONTAINER [CONTAINER...]",
    about: "Lets paused containers go on",
    operands: { min: 1 },
    flags: {},
    short: {},
    interspersed: true,
  },
  ({ flags, client }) =>
    forEach(flags.operands, (id) => client.json(`/containers/${encodeURIComponent(id)}/unpause`, { method: "POST" })),
);
