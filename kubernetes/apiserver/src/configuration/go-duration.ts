const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** The milliseconds of a duration as Go writes it (`1m30s`). Throws, naming `field`, for anything else. */
export function goDuration(text: unknown, field: string): number {
  const parts = typeof text === "string" ? [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)] : [];
  if (typeof text !== "string" || text === "" || (text !== "0" && parts.map(([part]) => part).join("") !== text)) {
    throw new Error(`${field}: expected a duration such as 30s, found ${JSON.stringify(text)}`);
  }
  return parts.reduce((sum, [, count = "", unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}
