/** `skiff compose logs`: what the containers have written, and write. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { int, on, value, verbTable } from "../flag-table.ts";
import { parseMoment } from "../parse-moment.ts";
import { createLogPrinter } from "../rendering/log-printer.ts";
import type { Verb } from "../verb.ts";

export const logs: Verb = {
  table: verbTable("logs [OPTIONS] [SERVICE...]", {
    follow: on("stay, and show what is written from now on, too", "f"),
    index: int("which of the service's containers"),
    "no-color": on("without colours"),
    "no-log-prefix": on("without the names of the containers"),
    since: value("TIME", "only what was written after: a date and time, or how long ago (42m)"),
    tail: value("LINES", "only so many lines from the end of each", "n"),
    timestamps: on("show the time of each line", "t"),
    until: value("TIME", "only what was written before: a date and time, or how long ago (42m)"),
  }),
  async run(call) {
    const { flags, styles } = call;
    const target = await call.projectOrName(flags.operands);
    const unknown = flags.operands.find((name) => typeof target !== "string" && target.services[name] === undefined);
    if (unknown !== undefined) throw new Error(`no such service: ${unknown}`);
    const moment = (name: string): string | undefined => {
      const text = flags.value(name);
      return text === undefined || text === "" ? undefined : parseMoment(text, Date.now());
    };
    const tail = flags.value("tail") ?? "all";
    if (tail !== "all" && !/^-?\d{1,9}$/.test(tail))
      throw new UsageError(`invalid --tail ${JSON.stringify(tail)}: it is a number, or all`);
    const printer = createLogPrinter(process, {
      color: styles.output && !flags.has("no-color"),
      prefix: !flags.has("no-log-prefix"),
    });
    const operation = await import("@skiff/compose/operations/logs");
    try {
      await operation.logs(await call.context(), typeof target === "string" ? target : target.name, {
        services: flags.operands,
        index: flags.number("index"),
        follow: flags.has("follow"),
        tail: tail.startsWith("-") ? "all" : tail,
        since: moment("since"),
        until: moment("until"),
        timestamps: flags.has("timestamps"),
        output: (line) => printer.print(line),
        register: (names) => printer.register(names),
      });
    } finally {
      printer.flush();
    }
    return 0;
  },
};
