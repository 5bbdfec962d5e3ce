/** Fields that an apply would change and others hold, and how that is answered. */
import { StatusError } from "../errors.ts";
import { quote } from "../go-format.ts";
import { difference, type FieldSet, isEmpty, LEAF, pathsOf, union } from "./field-set.ts";
import type { Manager } from "./managers.ts";

/** Who holds which of the fields in question, by identity. */
export type Conflicts = ReadonlyMap<string, { readonly holder: Manager; readonly set: FieldSet }>;

/** All the fields in question. */
export function conflictSet(conflicts: Conflicts): FieldSet {
  return [...conflicts.values()].reduce((all, { set }) => union(all, set), LEAF);
}

/** The conflicts that are left when `allowed` is none. */
export function conflictsBut(conflicts: Conflicts, allowed: FieldSet): Conflicts {
  const left = [...conflicts].map(
    ([identity, { holder, set }]) => [identity, { holder, set: difference(set, allowed) }] as const,
  );
  return new Map(left.filter(([, { set }]) => !isEmpty(set)));
}

/** The 409 that names every field and its holder. */
export function conflictError(conflicts: Conflicts): StatusError {
  const holders = [...conflicts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, conflict]) => conflict);
  const found = holders.flatMap(({ holder, set }) => pathsOf(set).map((path) => ({ who: holderText(holder), path })));
  const causes = found.map(({ who, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${who}`,
    field: path,
  }));
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: conflictText(found),
    reason: "Conflict",
    details: { causes },
    code: 409,
  });
}

function conflictText(found: readonly { readonly who: string; readonly path: string }[]): string {
  const [only, ...more] = found;
  if (only && more.length === 0) return `Apply failed with 1 conflict: conflict with ${only.who}: ${only.path}`;
  const lines: string[] = [];
  let last: string | undefined;
  for (const { who, path } of found) {
    if (who !== last) lines.push(`conflicts with ${who}:`);
    last = who;
    lines.push(`- ${path}`);
  }
  return `Apply failed with ${found.length} conflicts: ${lines.join("\n")}`;
}

function holderText({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = subresource ? `${quote(manager)} with subresource ${quote(subresource)}` : quote(manager);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}
