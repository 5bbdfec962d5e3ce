/** Points in time on the command line. */
import { UsageError } from "../../docker-client/parse-flags.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/**
 * A time as the engine takes it (seconds since the epoch): given so, as RFC 3339 ("2026-01-02T13:23:37", without a zone: here), or as
 * how long ago ("42m", "1h30m"). `now` is in milliseconds. Throws UsageError.
 */
export function parseMoment(text: string, now: number): string {
  if (/^\d+(\.\d{1,9})?$/.test(text)) return text;
  const ago = text.match(/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/);
  if (ago !== null) {
    const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g);
    const span = [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0), 0);
    return String((now - span) / 1000);
  }
  if (/^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) {
    const [, date = "", hours = "T00", rest = ""] = /^(\d{4}-\d{2}-\d{2})(T\d{2})?(.*)$/.exec(text) ?? [];
    const minutes = rest.startsWith(":") ? "" : ":00";
    const time = Date.parse(`${date}${hours}${minutes}${rest}`);
    if (!Number.isNaN(time)) return String(time / 1000);
  }
  throw new UsageError(
    `invalid time ${JSON.stringify(text)}: a date and time, seconds since 1970, or a span such as 42m are meant`,
  );
}
