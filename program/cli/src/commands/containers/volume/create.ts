/** `skiff volume create`: a volume. */
import { pairs } from "../container/create/values.ts";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff volume create [OPTIONS] [VOLUME]",
    about: "Makes a volume",
    operands: { min: 0, max: 1 },
    flags: { driver: "value", label: "list", name: "value", opt: "list" },
    short: { d: "driver", o: "opt" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [operand] = flags.operands;
    if (operand !== undefined && flags.given("name"))
      throw new VerbFailure(
        "conflicting options: cannot specify a volume-name through both --name and as a positional arg",
      );
    const { Name } = await client.json<{ Name: string }>("/volumes/create", {
      method: "POST",
      json: {
        Name: operand ?? flags.value("name") ?? "",
        Driver: flags.value("driver") ?? "local",
        DriverOpts: flags.given("opt") ? pairs(flags.list("opt")) : undefined,
        Labels: flags.given("label") ? pairs(flags.list("label")) : undefined,
      },
    });
    process.stdout.write(`${Name}\n`);
    return 0;
  },
);
