/** Whether two values are the same JSON, in whatever order their members come. Members that are undefined are none. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameContent(item, b[i]));
  }
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const name in left) if (!sameContent(left[name], member(right, name))) return false;
  for (const name in right) if (right[name] !== undefined && member(left, name) === undefined) return false;
  return true;
}

/** Not what every object has by that name, such as `constructor`. */
function member(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
