/** Amounts as people write them. */

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)i?b?$/i;
const POWERS = ["", "k", "m", "g", "t", "p"];

/** Gives the bytes of "64m", "1.5gb", "512" or "10 KiB" (each unit is 1024 of the one before); undefined for other texts. */
export function parseBytes(text: string): number | undefined {
  const match = SIZE.exec(text.trim());
  if (match === null) return text.trim() === "-1" ? -1 : undefined;
  const power = POWERS.indexOf((match[2] ?? "").toLowerCase());
  const bytes = Math.floor(Number(match[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 24 * 3600e9,
  w: 7 * 24 * 3600e9,
};
const DURATION = /^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h|d|w))+$/;

/** Gives the nanoseconds of "1m30s", "500ms" or "1d"; undefined for other texts. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  if (!DURATION.test(trimmed)) return undefined;
  let nanoseconds = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h|d|w)/g)) {
    nanoseconds += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  }
  return Math.round(nanoseconds);
}

/** Writes nanoseconds as Go does: "1m30s", "1.5s", "250ms", "0s". */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const seconds = nanoseconds / 1e9;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(9));
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
