/** Pull policies that go by the age of an image. Pure. */
import { nanoseconds } from "../container/duration.ts";

const DAY = 86_400;
const PERIODS: Readonly<Record<string, number>> = { daily: DAY, weekly: 7 * DAY };

/**
 * Whether an image that was last pulled at `taggedAt` (seconds since the epoch; 0: unknown) is to be looked for again:
 * policies "daily", "weekly", "every_<duration>" and "refresh". Other policies: no. Throws for a malformed duration.
 */
export function isStale(policy: string, refreshAfter: string | undefined, taggedAt: number, now: number): boolean {
  const period = policy === "refresh" ? periodOf(refreshAfter ?? "0") : (PERIODS[policy] ?? every(policy));
  return period !== undefined && now - taggedAt >= period;
}

function every(policy: string): number | undefined {
  return policy.startsWith("every_") ? periodOf(policy.slice("every_".length)) : undefined;
}

/** Seconds; days and weeks are allowed here, unlike in Go's durations. */
function periodOf(text: string): number {
  let rest = text;
  let total = 0;
  for (const [unit, length] of [
    ["w", 7 * DAY],
    ["d", DAY],
  ] as const) {
    const [whole, count] = new RegExp(`^(\\d+)${unit}`).exec(rest) ?? [];
    if (whole === undefined) continue;
    total += Number(count) * length;
    rest = rest.slice(whole.length);
  }
  return rest === "" ? total : total + nanoseconds(rest) / 1e9;
}
