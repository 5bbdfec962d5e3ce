/** Rows under a heading, as Docker's tables look. */

/** How far columns are apart. */
export interface ColumnStyle {
  /** The least width of a column, its gap included. */
  readonly minimum: number;
  readonly gap: number;
}

/** Of lists of containers. */
export const CONTAINER_COLUMNS: ColumnStyle = { minimum: 10, gap: 3 };
/** Of the other lists. */
export const LIST_COLUMNS: ColumnStyle = { minimum: 20, gap: 3 };

/** Aligns the cells of `rows`; the last of each is left as it is. Every line has its end. */
export function columns(rows: readonly (readonly string[])[], { minimum, gap }: ColumnStyle): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? minimum, width(cell) + gap);
    });
  return rows
    .map((row) => {
      const cells = row.map((cell, column) =>
        column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - width(cell)),
      );
      return `${cells.join("")}\n`;
    })
    .join("");
}

// Code points, not bytes: an ellipsis is one.
const width = (text: string): number => [...text].length;
