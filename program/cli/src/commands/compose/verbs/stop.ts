/** `skiff compose stop`: stops containers, and keeps them. */
import { int, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const stop: Verb = {
  title: "Stopping",
  table: verbTable("stop [OPTIONS] [SERVICE...]", {
    timeout: int("seconds that containers have to stop in", "t"),
  }),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/stop");
    await operation.stop(await call.context(), target, { services: flags.operands, timeout: flags.number("timeout") });
    return 0;
  },
};
