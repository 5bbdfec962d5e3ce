/** `skiff compose wait`: until a container ends; its exit code becomes ours. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { on, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const wait: Verb = {
  canRehearse: false,
  table: verbTable("wait SERVICE [SERVICE...] [OPTIONS]", {
    "down-project": on("take the project down when the first container has ended"),
  }),
  async run(call) {
    const { flags } = call;
    if (flags.operands.length === 0) throw new UsageError("at least one service is required");
    const target = await call.projectOrName(flags.operands);
    const operation = await import("@skiff/compose/operations/wait");
    return operation.waitForExit(await call.context(), target, {
      services: flags.operands,
      downProject: flags.has("down-project"),
    });
  },
};
