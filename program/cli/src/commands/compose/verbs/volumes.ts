/** `skiff compose volumes`: the volumes of the project. */
import { formatRows } from "../../containers/formatting/format-rows.ts";
import { volumeColumns } from "../../containers/volume/volume-columns.ts";
import { on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const volumes: Verb = {
  table: verbTable("volumes [OPTIONS] [SERVICE...]", {
    format: value("string", "table, json, or a Go template"),
    quiet: on("only the names", "q"),
  }),
  async run(call) {
    const { flags } = call;
    const name = await call.projectName();
    const operation = await import("@skiff/compose/operations/volumes");
    const rows = await operation.volumes(await call.context(), name, { services: flags.operands });
    process.stdout.write(
      formatRows(rows, {
        columns: volumeColumns,
        table: "{{.Driver}}\t{{.Name}}",
        format: flags.value("format"),
        quiet: flags.has("quiet") ? "{{.Name}}" : undefined,
      }),
    );
    return 0;
  },
};
