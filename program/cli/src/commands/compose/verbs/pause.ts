/** `skiff compose pause`: freezes containers. */
import { verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const pause: Verb = {
  title: "Pausing",
  table: verbTable("pause [OPTIONS] [SERVICE...]", {}),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/pause");
    await operation.pause(await call.context(), target, { services: flags.operands });
    return 0;
  },
};
