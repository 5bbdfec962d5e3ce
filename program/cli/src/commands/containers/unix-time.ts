import { VerbFailure } from "./verb.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A moment as users write it ("10m" for so long ago, "2026-01-02T15:04:05", Unix seconds) in Unix seconds with nanoseconds. Where no zone
 * is said it is this machine's. Throws VerbFailure, naming the flag if it is given.
 */
export function unixTime(text: string, flag?: string, now = Date.now()): string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join("") === text.replace(/^-/, "")) {
    const length = parts.reduce((sum, [, number = "", unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
    return seconds(now - (text.startsWith("-") ? -length : length));
  }
  // A date alone means its midnight here, not in UTC as the language has it.
  const shape = /^(\d{4}-\d\d-\d\d)(?:T(\d\d(?::\d\d(?::\d\d)?)?)(\.\d+)?)?(Z|[-+]\d\d:\d\d)?$/.exec(text);
  const [, day, time = "00:00:00", fraction = "", zone = ""] = shape ?? [];
  const full = time.length === 2 ? `${time}:00:00` : time.length === 5 ? `${time}:00` : time;
  const moment = shape ? Date.parse(`${day}T${full}${zone}`) : Number.NaN;
  if (Number.isNaN(moment))
    throw new VerbFailure(
      `${flag === undefined ? "" : `invalid value for "${flag}": `}failed to parse value as time or duration: "${text}"`,
    );
  return `${Math.floor(moment / 1000)}.${fraction.slice(1).padEnd(9, "0").slice(0, 9)}`;
}

function seconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  return `${whole}.${String(Math.round(milliseconds - whole * 1000)).padStart(3, "0")}000000`;
}
