/** `skiff images`: the images of the store that containers and Pods share. */
import { encodeFilters } from "../filters.ts";
import { formatRows } from "../formatting/format-rows.ts";
import { verb } from "../verb.ts";
import { type ImageSummary, imageColumns, imageRows } from "./image-columns.ts";

export const run = verb(
  {
    usage: "skiff images [OPTIONS] [REPOSITORY[:TAG]]",
    about: "Lists images",
    operands: { min: 0, max: 1 },
    flags: {
      all: "switch",
      digests: "switch",
      filter: "list",
      format: "value",
      "no-trunc": "switch",
      quiet: "switch",
    },
    short: { a: "all", f: "filter", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [reference] = flags.operands;
    const images = await client.json<ImageSummary[]>("/images/json", {
      query: {
        all: flags.has("all") ? "1" : undefined,
        filters: encodeFilters(flags, reference === undefined ? {} : { reference: [reference] }),
        "shared-size": "0",
      },
    });
    const format = flags.value("format");
    const digests = flags.has("digests") || /\.Digest\b/.test(format ?? "");
    const digest = flags.has("digests") ? "\t{{.Digest}}" : "";
    process.stdout.write(
      formatRows(imageRows(images, digests), {
        columns: imageColumns(!flags.has("no-trunc")),
        table: `{{.Repository}}\t{{.Tag}}${digest}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}`,
        format,
        quiet: flags.has("quiet") ? "{{.ID}}" : undefined,
      }),
    );
    return 0;
  },
);
