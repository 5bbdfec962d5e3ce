/** Timestamps as the API writes them: UTC, whole seconds, or microseconds where the type says so. */
import { quote } from "../go-format.ts";

const WHOLE_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const MICROSECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** A metav1.Time in its canonical form. Throws where `text` is no RFC 3339 time. */
export function canonicalTime(text: string): string {
  if (WHOLE_SECONDS.test(text) && !Number.isNaN(Date.parse(text))) return text;
  return `${utcSeconds(text, "2006-01-02T15:04:05Z07:00").seconds}Z`;
}

/** A metav1.MicroTime in its canonical form. Throws where `text` is no RFC 3339 time. */
export function canonicalMicroTime(text: string): string {
  if (MICROSECONDS.test(text) && !Number.isNaN(Date.parse(text))) return text;
  const { seconds, fraction } = utcSeconds(text, "2006-01-02T15:04:05.000000Z07:00");
  return `${seconds}.${fraction.padEnd(6, "0").slice(0, 6)}Z`;
}

function utcSeconds(text: string, layout: string): { seconds: string; fraction: string } {
  const [, local = "", fraction = "", zone = ""] = RFC3339.exec(text) ?? [];
  const instant = Date.parse(`${local}${zone}`);
  if (local === "" || Number.isNaN(instant)) {
    throw new Error(`parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(text)} as "2006"`);
  }
  return { seconds: new Date(instant).toISOString().slice(0, 19), fraction };
}
