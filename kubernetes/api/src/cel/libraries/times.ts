/** The parts of timestamps and durations: `getFullYear()`, `getHours("Europe/Berlin")`. */
import { CelError } from "../cel-errors.ts";
import { DURATION, INT, STRING, TIMESTAMP } from "../cel-type.ts";
import { method, type Overload } from "../overload.ts";
import type { Duration, Timestamp } from "../values.ts";

type Part = (date: Date, nanos: bigint) => number;

const DAY_MS = 86_400_000;
const PARTS: Readonly<Record<string, Part>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** Units of durations, in nanoseconds, and after how many they start again. */
const DURATION_PARTS: Readonly<Record<string, readonly [unit: bigint, limit?: bigint]>> = {
  getHours: [3_600_000_000_000n],
  getMinutes: [60_000_000_000n],
  getSeconds: [1_000_000_000n],
  getMilliseconds: [1_000_000n, 1000n],
};

function millis({ nanos }: Timestamp): number {
  return Number((nanos - (((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
}

/** The time as a clock in that zone shows it, as if it were UTC. */
function inZone(time: Timestamp, zone: string): Date {
  const offset = /^([+-]?)(\d{2}):(\d{2})$/.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(millis(time) + (offset[1] === "-" ? -minutes : minutes) * 60_000);
  }
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", timeZoneName: "longOffset" });
    const name = format.formatToParts(millis(time)).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign, hours = "0", minutes = "0"] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? [];
    const shift = Number(hours) * 60 + Number(minutes);
    return new Date(millis(time) + (sign === "-" ? -shift : shift) * 60_000);
  } catch (error) {
    if (error instanceof RangeError) throw new CelError(`unknown time zone ${zone}`);
    throw error;
  }
}

export const times: readonly Overload[] = [
  ...Object.entries(PARTS).flatMap(([name, part]) => [
    method(name, [TIMESTAMP], INT, (time: Timestamp) => BigInt(part(new Date(millis(time)), time.nanos))),
    method(name, [TIMESTAMP, STRING], INT, (time: Timestamp, zone: string) =>
      BigInt(part(inZone(time, zone), time.nanos)),
    ),
  ]),
  ...Object.entries(DURATION_PARTS).map(([name, [unit, limit]]) =>
    method(name, [DURATION], INT, ({ nanos }: Duration) => (limit ? (nanos / unit) % limit : nanos / unit)),
  ),
];
