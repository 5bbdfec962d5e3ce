/** The five fields of a cron schedule: minute, hour, day of month, month, day of week. */

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: Readonly<Record<string, number>>;
}

const months = { jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12 };
const days = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 };

const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
];

const descriptors: ReadonlySet<string> = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

/** Says why a schedule cannot be read, or gives undefined for one that can. */
export function whatIsWrongWithSchedule(schedule: string): string | undefined {
  if (schedule.startsWith("@")) return whatIsWrongWithDescriptor(schedule);
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    return `expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(" ")}]`;
  }
  for (const [index, field] of fields.entries()) {
    for (const range of (parts[index] ?? "").split(",")) {
      const wrong = whatIsWrongWithRange(range, field);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

function whatIsWrongWithDescriptor(schedule: string): string | undefined {
  if (descriptors.has(schedule)) return undefined;
  const every = /^@every (.*)$/.exec(schedule);
  if (every === null) return `unrecognized descriptor: ${schedule}`;
  if (/^(?:\d+(?:\.\d+)?(?:h|m|s|ms|us|µs|ns))+$/.test(every[1] ?? "")) return undefined;
  return `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(every[1])}`;
}

function whatIsWrongWithRange(range: string, { least, most, names }: Field): string | undefined {
  const [span = "", step, ...moreSteps] = range.split("/");
  const [first = "", last, ...moreEnds] = span.split("-");
  if (moreEnds.length > 0) return `too many hyphens: ${range}`;
  if (moreSteps.length > 0) return `too many slashes: ${range}`;
  const any = first === "*" || first === "?";
  const start = any ? least : toNumber(first, names);
  if (typeof start === "string") return start;
  const end = any ? most : last === undefined ? start : toNumber(last, names);
  if (typeof end === "string") return end;
  const by = step === undefined ? 1 : toNumber(step);
  if (typeof by === "string") return by;
  const until = last === undefined && step !== undefined && !any ? most : end;
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${range}`;
  if (until > most) return `end of range (${until}) above maximum (${most}): ${range}`;
  if (start > until) return `beginning of range (${start}) beyond end of range (${until}): ${range}`;
  return by === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

function toNumber(text: string, names: Readonly<Record<string, number>> = {}): number | string {
  const named = names[text.toLowerCase()];
  if (named !== undefined) return named;
  if (/^\d+$/.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) return `negative number (${text}) not allowed: ${text}`;
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
