/** Columns out of tabs, by the rules of Go's package text/tabwriter with Docker's settings. */

const MINIMUM = 10;
const PADDING = 3;

/** Aligns cells, each ended by a tab, within runs of lines that have the column, `padding` apart; no column is narrower than `minimum`. */
export function alignTabs(text: string, minimum = MINIMUM, padding = PADDING): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths: number[][] = lines.map(() => []);
  const columns = Math.max(...lines.map((cells) => cells.length)) - 1;
  for (let column = 0; column < columns; column++) {
    let start = 0;
    while (start < lines.length) {
      let end = start;
      let width = minimum;
      // The last cell of a line ends the line, not a column.
      for (let cells = lines[end]; cells !== undefined && column < cells.length - 1; cells = lines[++end])
        width = Math.max(width, [...(cells[column] ?? "")].length + padding);
      for (let line = start; line < end; line++) widths[line]?.push(width);
      start = Math.max(end, start + 1);
    }
  }
  return lines
    .map((cells, line) =>
      cells
        .map((cell, column) => {
          const width = widths[line]?.[column];
          return width === undefined || column === cells.length - 1
            ? cell
            : cell + " ".repeat(width - [...cell].length);
        })
        .join(""),
    )
    .join("\n");
}
