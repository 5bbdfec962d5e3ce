/** `skiff compose unpause`: lets paused containers go on. */
import { verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const unpause: Verb = {
  title: "Running",
  table: verbTable("unpause [OPTIONS] [SERVICE...]", {}),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/unpause");
    await operation.unpause(await call.context(), target, { services: flags.operands });
    return 0;
  },
};
