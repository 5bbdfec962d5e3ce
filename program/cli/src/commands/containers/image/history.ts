/** `skiff history`: how an image came to be. */
import { type Columns, formatRows } from "../formatting/format-rows.ts";
import { ago, ellipsis, humanSize, rfc3339, shortId } from "../formatting/units.ts";
import { verb } from "../verb.ts";
import { imagePath } from "./reference.ts";

interface Step {
  readonly Id: string;
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Size: number;
  readonly Comment: string;
}

export const run = verb(
  {
    usage: "skiff history [OPTIONS] IMAGE",
    about: "Shows the steps that made an image",
    operands: { min: 1, max: 1 },
    flags: { format: "value", human: "switch", "no-trunc": "switch", platform: "value", quiet: "switch" },
    short: { H: "human", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const steps = await client.json<Step[]>(`${imagePath(flags.operands[0] ?? "")}/history`);
    const human = !flags.given("human") || flags.has("human");
    process.stdout.write(
      formatRows(steps, {
        columns: columns(!flags.has("no-trunc"), human),
        table: `{{.ID}}\t{{${human ? ".CreatedSince" : ".CreatedAt"}}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`,
        format: flags.value("format"),
        quiet: flags.has("quiet") ? "{{.ID}}" : undefined,
      }),
    );
    return 0;
  },
);

function columns(truncates: boolean, human: boolean): Columns<Step> {
  return {
    ID: { heading: "IMAGE", value: ({ Id }) => (truncates ? (Id === "<missing>" ? Id : shortId(Id)) : Id) },
    CreatedAt: { heading: "CREATED AT", value: ({ Created }) => rfc3339(Created) },
    CreatedSince: { heading: "CREATED", value: ({ Created }) => (human ? ago(Created) : rfc3339(Created)) },
    CreatedBy: {
      heading: "CREATED BY",
      value: ({ CreatedBy }) => {
        const line = CreatedBy.replaceAll("\t", " ");
        return truncates ? ellipsis(line, 45) : line;
      },
    },
    Size: { heading: "SIZE", value: ({ Size }) => (human ? humanSize(Size, 3) : String(Size)) },
    Comment: { heading: "COMMENT", value: ({ Comment }) => Comment },
  };
}
