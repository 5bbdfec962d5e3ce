/** `skiff ps`: containers. */

import { compileTemplate } from "../../../docker-client/go-template/execute.ts";
import { encodeFilters } from "../filters.ts";
import { type Columns, formatRows, rowOf } from "../formatting/format-rows.ts";
import { VerbFailure, verb } from "../verb.ts";
import { type ContainerSummary, containerColumns } from "./container-columns.ts";

export const run = verb(
  {
    usage: "skiff ps [OPTIONS]",
    about: "Lists containers: those that run, unless more is asked for",
    operands: { min: 0, max: 0 },
    flags: {
      all: "switch",
      filter: "list",
      format: "value",
      last: "int",
      latest: "switch",
      "no-trunc": "switch",
      quiet: "switch",
      size: "switch",
    },
    short: { a: "all", f: "filter", l: "latest", n: "last", q: "quiet", s: "size" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const format = flags.value("format");
    const columns = containerColumns(!flags.has("no-trunc"));
    const size = flags.has("size") || (!flags.has("quiet") && needsSize(format, columns));
    const last = flags.has("latest") ? 1 : (flags.number("last") ?? -1);
    const containers = await client.json<ContainerSummary[]>("/containers/json", {
      query: {
        all: flags.has("all") ? "1" : undefined,
        limit: last > 0 ? String(last) : undefined,
        size: size ? "1" : undefined,
        filters: encodeFilters(flags),
      },
    });
    const table = flags.has("size") ? `${TABLE}\t{{.Size}}` : TABLE;
    const quiet = flags.has("quiet") ? "{{.ID}}" : undefined;
    process.stdout.write(formatRows(containers, { columns, table, format, quiet }));
    return 0;
  },
);

/** Whether a template shows sizes, which take a while to find out. Throws VerbFailure for a template that cannot be used. */
function needsSize(format: string | undefined, columns: Columns<ContainerSummary>): boolean {
  if (format === undefined || format === "" || format === "table" || format === "json") return false;
  let asked = false;
  const example = rowOf(EXAMPLE, Object.entries({ ...columns, Size: { heading: "", value: () => (asked = true) } }));
  try {
    compileTemplate(format.replace(/^table\s+/, ""))(example);
  } catch (error) {
    const { message } = error as Error;
    throw new VerbFailure(`failed to ${/executing/.test(message) ? "execute" : "parse"} template: ${message}`);
  }
  return asked;
}

const TABLE = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

const EXAMPLE: ContainerSummary = {
  Id: "",
  Names: [],
  Image: "",
  ImageID: "",
  Command: "",
  Created: 0,
  State: "",
  Status: "",
  Ports: [],
  Labels: null,
  Mounts: [],
  NetworkSettings: null,
};
