/** `skiff compose kill`: sends containers a signal. */
import { on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const kill: Verb = {
  title: "Killing",
  table: verbTable("kill [OPTIONS] [SERVICE...]", {
    "remove-orphans": on("also containers of services that the files do not have"),
    signal: value("SIGNAL", "what is sent (default SIGKILL)", "s"),
  }),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/kill");
    await operation.kill(await call.context(), target, {
      services: flags.operands,
      signal: flags.value("signal"),
      removeOrphans: flags.has("remove-orphans"),
    });
    return 0;
  },
};
