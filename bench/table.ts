/** One line of a benchmark's table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it was compared with in the same run. */
  readonly peer?: string;
  readonly target: string;
  readonly met: boolean;
}

/** Prints rows as aligned columns. */
export function printTable(rows: readonly Row[]): void {
  const cells = rows.map(({ what, measured, peer = "", target, met }) => [
    what,
    measured,
    peer,
    target,
    met ? "yes" : "NO",
  ]);
  const all = [["what", "measured", "peer", "target", "met"], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
