/** The smallest string that sorts after everything starting with `prefix`, in UTF-8 byte order; "" has no such end. */
export function prefixEnd(prefix: string): string {
  const points = Array.from(prefix, (c) => c.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last < 0x10ffff) {
      const next = last + 1 === 0xd800 ? 0xe000 : last + 1; // surrogates are no characters of their own
      return String.fromCodePoint(...points, next);
    }
  }
  return "\u{10ffff}\u{10ffff}";
}
