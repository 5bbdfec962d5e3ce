/** `skiff compose stats`: what containers use, as it changes. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { showStats } from "../../containers/container/stats.ts";
import { on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const stats: Verb = {
  table: verbTable("stats [OPTIONS] [SERVICE]", {
    all: on("of those that do not run, too", "a"),
    format: value("string", "table, json, or a Go template"),
    "no-stream": on("once, and no more"),
    "no-trunc": on("cut nothing short"),
  }),
  async run(call) {
    const { flags } = call;
    if (flags.operands.length > 1) throw new UsageError("one service at most");
    const name = await call.projectName();
    const context = await call.context();
    const { ps } = await import("@skiff/compose/operations/ps");
    const containers = await ps(context, name, { all: flags.has("all"), services: flags.operands });
    if (containers.length === 0) throw new Error("no container to show");
    await showStats(
      context.client,
      containers.map(({ id }) => id),
      {
        all: flags.has("all"),
        format: flags.value("format"),
        once: flags.has("no-stream"),
        truncates: !flags.has("no-trunc"),
      },
    );
    return 0;
  },
};
