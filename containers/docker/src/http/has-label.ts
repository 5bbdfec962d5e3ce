/** Whether labels have what a filter wants: a name ("tier"), or a name with its value ("tier=front"). */
export function hasLabel(labels: Readonly<Record<string, string>> | null | undefined, wanted: string): boolean {
  const equals = wanted.indexOf("=");
  const name = equals < 0 ? wanted : wanted.slice(0, equals);
  if (!labels || !Object.hasOwn(labels, name)) return false;
  return equals < 0 || labels[name] === wanted.slice(equals + 1);
}
