/** `skiff compose restart`: stops and starts containers. */
import { int, on, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const restart: Verb = {
  title: "Restarting",
  table: verbTable("restart [OPTIONS] [SERVICE...]", {
    "no-deps": on("leave the services that depend on them alone"),
    timeout: int("seconds that containers have to stop in", "t"),
  }),
  async run(call) {
    const { flags } = call;
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/restart");
    await operation.restart(await call.context(), target, {
      services: flags.operands,
      timeout: flags.number("timeout"),
      noDependencies: flags.has("no-deps"),
    });
    return 0;
  },
};
