/** Splits `repository[:tag]`; a digest stays with the repository. */
export function splitName(name: string): { readonly repository: string; readonly tag: string | undefined } {
  const colon = name.lastIndexOf(":");
  if (colon <= name.lastIndexOf("/") || name.includes("@")) return { repository: name, tag: undefined };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}
