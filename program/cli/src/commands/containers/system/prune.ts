/** `skiff system prune`: everything that nothing uses, removed. */
import { confirm } from "../confirm.ts";
import { encodeFilters } from "../filters.ts";
import {
  containersPruned,
  imagesPruned,
  listed,
  networksPruned,
  prune,
  totalReclaimed,
  volumesPruned,
} from "../prune.ts";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff system prune [OPTIONS]",
    about: "Removes containers, networks and images that nothing uses; with --volumes, anonymous volumes too",
    operands: { min: 0, max: 0 },
    flags: { all: "switch", filter: "list", force: "switch", volumes: "switch" },
    short: { a: "all", f: "force" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [all, volumes] = [flags.has("all"), flags.has("volumes")];
    if (volumes && flags.list("filter").some((text) => text.startsWith("until=")))
      throw new VerbFailure('ERROR: The "until" filter is not supported with "--volumes"');
    const filters = encodeFilters(flags);
    if (!flags.has("force") && !(await confirm(warning(all, volumes, flags.list("filter"))))) return 0;
    let bytes = await prune(client, { path: "/containers/prune", filters, describe: containersPruned });
    bytes += await prune(client, { path: "/networks/prune", filters, describe: networksPruned });
    if (volumes) bytes += await prune(client, { path: "/volumes/prune", filters, describe: volumesPruned });
    bytes += await prune(client, {
      path: "/images/prune",
      filters: encodeFilters(flags, { dangling: [String(!all)] }),
      describe: imagesPruned,
    });
    bytes += await prune(client, {
      path: `/build/prune${all ? "?all=1" : ""}`,
      filters,
      describe: ({ CachesDeleted }) => listed("Deleted build cache objects:", CachesDeleted),
    });
    process.stdout.write(totalReclaimed(bytes));
    return 0;
  },
);

function warning(all: boolean, volumes: boolean, filters: readonly string[]): string {
  const lines = [
    "all stopped containers",
    "all networks not used by at least one container",
    ...(volumes ? ["all anonymous volumes not used by at least one container"] : []),
    all ? "all images without at least one container associated to them" : "all dangling images",
    all ? "all build cache" : "unused build cache",
  ].map((line) => `  - ${line}\n`);
  const filtered =
    filters.length === 0
      ? ""
      : `\n  Items to be pruned will be filtered with:\n${filters.map((filter) => `  - ${filter}\n`).join("")}`;
  return `WARNING! This will remove:\n${lines.join("")}${filtered}`;
}
