/** `skiff volume ls`: volumes. */
import { encodeFilters } from "../filters.ts";
import { formatRows } from "../formatting/format-rows.ts";
import { verb } from "../verb.ts";
import { type Volume, volumeColumns } from "./volume-columns.ts";

export const run = verb(
  {
    usage: "skiff volume ls [OPTIONS]",
    about: "Lists volumes",
    operands: { min: 0, max: 0 },
    flags: { filter: "list", format: "value", quiet: "switch" },
    short: { f: "filter", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const { Volumes } = await client.json<{ Volumes: Volume[] | null }>("/volumes", {
      query: { filters: encodeFilters(flags) },
    });
    const byName = (Volumes ?? []).toSorted((left, right) =>
      left.Name.localeCompare(right.Name, "en", { numeric: true }),
    );
    process.stdout.write(
      formatRows(byName, {
        columns: volumeColumns,
        table: "{{.Driver}}\t{{.Name}}",
        format: flags.value("format"),
        quiet: flags.has("quiet") ? "{{.Name}}" : undefined,
      }),
    );
    return 0;
  },
);
