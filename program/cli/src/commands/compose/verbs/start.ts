/** `skiff compose start`: starts containers that exist. */
import { verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const start: Verb = {
  title: "Starting",
  table: verbTable("start [OPTIONS] [SERVICE...]", {}),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/start");
    await operation.start(await call.context(), target, { services: flags.operands });
    return 0;
  },
};
