/** Moments as clients give them in filters. */
import { DockerError } from "./docker-error.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A moment, or how long ago one was ("24h", "1h30m"), in milliseconds since the epoch. Throws 400. */
export function timeOf(text: string, now: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join("") === text)
    return now - parts.reduce((sum, [, number = "", unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
  const time = Date.parse(text);
  // It must not stand for any moment at all: what is pruned is gone.
  if (Number.isNaN(time))
    throw new DockerError(400, `failed to parse value as time or duration: ${JSON.stringify(text)}`);
  return time;
}
