/** `skiff compose ls`: the projects that run. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { list, on, value, verbTable } from "../flag-table.ts";
import { columns, LIST_WIDTH } from "../rendering/columns.ts";
import type { Verb } from "../verb.ts";

export const ls: Verb = {
  table: verbTable("ls [OPTIONS]", {
    all: on("those whose containers do not run, too", "a"),
    filter: list("KEY=VALUE", "only those with this name (name=…)"),
    format: value("string", "table or json"),
    quiet: on("only the names", "q"),
  }),
  async run(call) {
    const { flags } = call;
    const patterns = flags.list("filter").map(namePattern);
    const format = flags.value("format") ?? "table";
    if (format !== "table" && format !== "json")
      throw new UsageError(`format value ${JSON.stringify(format)} could not be parsed`);
    const operation = await import("@skiff/compose/operations/ls");
    const all = await operation.ls(await call.context(), { all: flags.has("all") });
    const projects = all.filter(({ name }) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name)));
    if (flags.has("quiet")) for (const { name } of projects) call.print(name);
    else if (format === "json")
      call.print(
        JSON.stringify(
          projects.map(({ name, status, configFiles }) => ({ Name: name, Status: status, ConfigFiles: configFiles })),
        ),
      );
    else {
      const rows = projects.map(({ name, status, configFiles }) => [name, status, configFiles]);
      process.stdout.write(columns([["NAME", "STATUS", "CONFIG FILES"], ...rows], LIST_WIDTH));
    }
    return 0;
  },
};

function namePattern(filter: string): RegExp {
  const [key = "", value] = filter.split("=");
  if (value === undefined) throw new UsageError(`bad format of filter (expected name=value): ${filter}`);
  if (key !== "name") throw new UsageError(`invalid filter '${key}'`);
  try {
    return new RegExp(value);
  } catch (cause) {
    throw new UsageError(`invalid filter '${filter}': it is no regular expression`, { cause });
  }
}
