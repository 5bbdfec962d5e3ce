/** A set of completion indexes as a Job's status writes it: `1,3-5`. Unreadable parts are left out, as are indexes beyond `count`. */
export function parseIndexes(text: string | undefined, count: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of text ? text.split(",") : []) {
    const [first = Number.NaN, last = first] = part.split("-").map(Number);
    for (let index = first; index <= Math.min(last, count - 1); index++) indexes.add(index);
  }
  return indexes;
}

export function formatIndexes(indexes: Iterable<number>): string {
  const parts: [first: number, last: number][] = [];
  for (const index of [...indexes].toSorted((a, b) => a - b)) {
    const open = parts.at(-1);
    if (open && open[1] + 1 === index) open[1] = index;
    else parts.push([index, index]);
  }
  return parts
    .map(([first, last]) =>
      first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    .join(",");
}
