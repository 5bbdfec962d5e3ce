/** Durations as Go writes them. */

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Nanoseconds of "1m30s", "500ms", "1h". Throws for what is no duration. */
export function nanoseconds(duration: string): number {
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$|^0$/.test(duration))
    throw new Error(`invalid duration: ${JSON.stringify(duration)}`);
  let total = 0;
  for (const [, amount = "0", unit = "ns"] of duration.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    total += Number(amount) * (UNITS[unit] ?? 0);
  return Math.round(total);
}

/** Whole seconds of a duration, rounded up; undefined stays so. */
export function seconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Math.ceil(nanoseconds(duration) / 1e9);
}
