/** `skiff builder prune`: what builds left for other builds, removed. */

import { confirm } from "../confirm.ts";
import { encodeFilters } from "../filters.ts";
import { listed, prune, totalReclaimed } from "../prune.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff builder prune [OPTIONS]",
    about: "Removes what builds left for other builds",
    operands: { min: 0, max: 0 },
    flags: { all: "switch", filter: "list", force: "switch" },
    short: { a: "all", f: "force" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const filters = encodeFilters(flags);
    const warning = `WARNING! This will remove all ${flags.has("all") ? "" : "dangling "}build cache.`;
    if (!flags.has("force") && !(await confirm(warning))) return 0;
    const bytes = await prune(client, {
      path: `/build/prune${flags.has("all") ? "?all=1" : ""}`,
      filters,
      describe: ({ CachesDeleted }) => listed("Deleted build cache objects:", CachesDeleted),
    });
    process.stdout.write(totalReclaimed(bytes));
    return 0;
  },
);
