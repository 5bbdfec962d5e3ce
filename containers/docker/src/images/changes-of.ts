import type { Call } from "../http/call.ts";

/** The `changes` of a commit or an import: instructions of a Dockerfile, one a parameter or a line. */
export function changesOf({ query }: Pick<Call, "query">): string[] {
  return query
    .getAll("changes")
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.trim() !== "");
}
