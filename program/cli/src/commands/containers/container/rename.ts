/** `skiff rename`: another name for a container. */
import { messageOf, VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff rename CONTAINER NEW_NAME",
    about: "Gives a container another name",
    operands: { min: 2, max: 2 },
    flags: {},
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [container = "", name = ""] = flags.operands.map((operand) => operand.trim());
    if (container === "" || name === "") throw new VerbFailure("Error: Neither old nor new names may be empty");
    try {
      await client.json(`/containers/${encodeURIComponent(container)}/rename`, { method: "POST", query: { name } });
    } catch (error) {
      throw new VerbFailure(`${messageOf(error)}\nError: failed to rename container named ${container}`);
    }
    return 0;
  },
);
