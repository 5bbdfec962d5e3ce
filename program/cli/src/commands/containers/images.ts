/** `skiff images`: the images of the store that containers and Pods share. */
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";
import { printTable } from "./print-table.ts";

const TABLE: FlagTable = {
  usage: "skiff images [OPTIONS] [REPOSITORY[:TAG]]",
  flags: { quiet: "switch", "no-trunc": "switch", help: "switch" },
  short: { q: "quiet" },
  interspersed: true,
};

interface Summary {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly Created: number;
  readonly Size: number;
}

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const [reference] = flags.operands;
  const filters = reference === undefined ? undefined : JSON.stringify({ reference: [reference] });
  const images = await connect().json<Summary[]>("/images/json", { query: { filters } });
  const idOf = ({ Id }: Summary) => (flags.has("no-trunc") ? Id : Id.slice("sha256:".length, "sha256:".length + 12));
  if (flags.has("quiet")) {
    for (const image of images) process.stdout.write(`${idOf(image)}\n`);
    return 0;
  }
  const rows = images.flatMap((image) => {
    const names = image.RepoTags.length === 0 ? ["<none>:<none>"] : image.RepoTags;
    return names.map((name) => {
      const colon = name.lastIndexOf(":");
      const created = new Date(image.Created * 1000).toISOString().slice(0, 19).replace("T", " ");
      return [name.slice(0, colon), name.slice(colon + 1), idOf(image), created, `${(image.Size / 1e6).toFixed(1)}MB`];
    });
  });
  printTable(["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"], rows);
  return 0;
}
