/** Rows under a heading, as Docker's tables look. */
import { alignTabs } from "../../containers/formatting/tab-writer.ts";

/** The least width of a column of `docker compose`'s lists. */
export const LIST_WIDTH = 20;

/** Aligns the cells of `rows`, in columns of at least `minimum`; the last cell of each row is left as it is. Every line has its end. */
export function columns(rows: readonly (readonly string[])[], minimum: number, gap?: number): string {
  return `${alignTabs(rows.map((row) => row.join("\t")).join("\n"), minimum, gap)}\n`;
}
