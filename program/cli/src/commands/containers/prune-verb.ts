/** `skiff container|image|network|volume prune`: what nothing uses, removed. */
import { type FlagTable, type ParsedFlags, UsageError } from "../../docker-client/parse-flags.ts";
import { confirm } from "./confirm.ts";
import { encodeFilters } from "./filters.ts";
import { type Prune, prune, totalReclaimed } from "./prune.ts";
import { type Verb, verb } from "./verb.ts";

/** What differs between them. */
export interface PruneVerb extends Pick<Prune, "path" | "describe"> {
  /** The word before `prune`. */
  readonly kind: string;
  readonly about: string;
  /** What is asked unless `--force` is said. */
  readonly warning: (all: boolean) => string;
  /** The filter that `--all` stands for; absent where there is no such flag. */
  readonly all?: (all: boolean) => Readonly<Record<string, readonly string[]>>;
  /** Whether the bytes won are told. */
  readonly tellsSpace: boolean;
}

/** Makes the verb. */
export function pruneVerb({ kind, about, warning, all, tellsSpace, path, describe }: PruneVerb): Verb {
  const table: FlagTable = {
    usage: `skiff ${kind} prune [OPTIONS]`,
    about,
    operands: { min: 0, max: 0 },
    flags: { filter: "list", force: "switch", ...(all ? { all: "switch" } : {}) },
    short: { f: "force", ...(all ? { a: "all" } : {}) },
    interspersed: true,
  };
  return verb(table, async ({ flags, client }) => {
    const filters = encodeFilters(flags, moreFilters(flags, all));
    if (!flags.has("force") && !(await confirm(`WARNING! ${warning(flags.has("all"))}`))) return 0;
    const bytes = await prune(client, { path, filters, describe });
    if (tellsSpace) process.stdout.write(totalReclaimed(bytes));
    return 0;
  });
}

function moreFilters(flags: ParsedFlags, all: PruneVerb["all"]): Readonly<Record<string, readonly string[]>> {
  const more = all?.(flags.has("all")) ?? {};
  for (const text of flags.list("filter"))
    if (flags.has("all") && "all" in more && text.startsWith("all="))
      throw new UsageError("conflicting options: cannot specify both --all and --filter all=1");
  return more;
}
