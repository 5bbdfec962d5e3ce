const MINUTE_MS = 60_000;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const NAMED: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
/** No schedule that has a time at all goes longer without one: 29 February across a century. */
const HORIZON_DAYS = 366 * 9;

/** When something is due. */
export interface Schedule {
  /** The first time after `after`, both in milliseconds since 1970; undefined when there is none. */
  next(after: number): number | undefined;
}

/**
 * Reads a schedule of five fields (minute, hour, day of month, month, day of week) or a name such as `@daily`, in the time
 * zone `timeZone`. Throws TypeError where it can't be read and RangeError for an unknown time zone.
 */
export function parseSchedule(text: string, timeZone = "UTC"): Schedule {
  const every = /^@every (.+)$/.exec(text);
  if (every) return everySchedule(durationMs(every[1] ?? ""));
  const parts = (NAMED[text] ?? text).trim().split(/\s+/);
  if (parts.length !== 5) throw new TypeError(`Cannot read the schedule "${text}": it needs five fields`);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = parts;
  const minutes = parseField(minute, 0, 59);
  const hours = parseField(hour, 0, 23);
  const days = parseField(day, 1, 31);
  const months = parseField(month, 1, 12, MONTHS, 1);
  const weekdays = parseField(weekday, 0, 6, DAYS, 0);
  // Where both days are restricted, either will do.
  const either = !isAny(day) && !isAny(weekday);
  const clock = localClock(timeZone);
  return {
    next(after) {
      let at = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS;
      const end = at + HORIZON_DAYS * 24 * 60 * MINUTE_MS;
      while (at < end) {
        const now = clock(at);
        const [onDay, onWeekday] = [days.has(now.day), weekdays.has(now.weekday)];
        const today = months.has(now.month) && (either ? onDay || onWeekday : onDay && onWeekday);
        if (!today) at += ((23 - now.hour) * 60 + (60 - now.minute)) * MINUTE_MS;
        else if (!hours.has(now.hour)) at += (60 - now.minute) * MINUTE_MS;
        else if (!minutes.has(now.minute)) at += MINUTE_MS;
        else return at;
      }
      return undefined;
    },
  };
}

function everySchedule(ms: number): Schedule {
  return { next: (after) => Math.floor(after / 1000) * 1000 + ms };
}

function durationMs(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
  if (parts.map(([part]) => part).join("") !== text) throw new TypeError(`Cannot read the duration "${text}"`);
  const ms = parts.reduce((total, [, amount = "", unit = ""]) => total + Number(amount) * (units[unit] ?? 0), 0);
  return Math.max(1000, Math.floor(ms / 1000) * 1000);
}

function isAny(field: string): boolean {
  return field.startsWith("*") || field.startsWith("?");
}

function parseField(text: string, least: number, most: number, names: readonly string[] = [], first = 0): Set<number> {
  const values = new Set<number>();
  const read = (part: string) => {
    const named = names.indexOf(part.toLowerCase());
    const value = named >= 0 ? named + first : Number(part);
    if (!/^\d+$/.test(String(value)) || part === "") throw new TypeError(`Cannot read "${text}" in a schedule`);
    return value;
  };
  for (const range of text.split(",")) {
    const [span = "", step] = range.split("/");
    const [from = "", to] = span.split("-");
    const start = isAny(from) ? least : read(from);
    const end = isAny(from) ? most : to !== undefined ? read(to) : step !== undefined ? most : start;
    const by = step === undefined ? 1 : read(step);
    if (start < least || end > most || by < 1) throw new TypeError(`Cannot read "${text}" in a schedule: out of range`);
    for (let value = start; value <= end; value += by) values.add(value);
  }
  return values;
}

function localClock(timeZone: string) {
  const parts = { minute: "numeric", hour: "numeric", day: "numeric", month: "numeric", weekday: "short" } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...parts });
  return (at: number) => {
    const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const weekday = DAYS.indexOf((found.weekday ?? "").toLowerCase());
    return {
      minute: Number(found.minute),
      hour: Number(found.hour),
      day: Number(found.day),
      month: Number(found.month),
      weekday,
    };
  };
}
