/** `skiff compose scale`: changes how many containers services have. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { scales } from "../create-flags.ts";
import { on, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const scale: Verb = {
  table: verbTable("scale [OPTIONS] SERVICE=REPLICAS...", {
    "no-deps": on("leave the services that they depend on alone"),
  }),
  async run(call) {
    const { flags } = call;
    if (flags.operands.length === 0) throw new UsageError("a service and a number are required: web=3");
    const counts = scales(flags.operands);
    const names = Object.keys(counts);
    const whole = await call.project(names);
    const { selectServices } = await import("@skiff/compose/select");
    const project = selectServices(whole, names, { dependencies: flags.has("no-deps") ? "none" : "all" });
    const operation = await import("@skiff/compose/operations/scale");
    await operation.scale(await call.context(), project, { scale: counts });
    return 0;
  },
};
