/** `--filter NAME=VALUE`, as the API takes it. */
import { type ParsedFlags, UsageError } from "../../docker-client/parse-flags.ts";

/** The filters of a command line and `more`, encoded; undefined where there are none. Throws UsageError. */
export function encodeFilters(
  flags: ParsedFlags,
  more: Readonly<Record<string, readonly string[]>> = {},
): string | undefined {
  const filters: Record<string, Record<string, true>> = {};
  const add = (name: string, value: string) => {
    filters[name] = { ...filters[name], [value]: true };
  };
  for (const text of flags.list("filter")) {
    if (text === "") continue;
    const equals = text.indexOf("=");
    if (equals < 0)
      throw new UsageError(
        `invalid argument "${text}" for "-f, --filter" flag: bad format of filter (expected name=value)`,
      );
    add(text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim());
  }
  for (const [name, values] of Object.entries(more)) for (const value of values) add(name, value);
  return Object.keys(filters).length === 0 ? undefined : JSON.stringify(filters);
}
