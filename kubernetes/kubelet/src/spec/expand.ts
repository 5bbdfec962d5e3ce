/**
 * Replaces `$(NAME)` in `text` by what `lookup` gives for NAME. A name it does not know stays as written, and `$$`
 * stands for one `$`, so that `$$(NAME)` yields `$(NAME)`.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? "$" : (lookup(name) ?? whole),
  );
}
