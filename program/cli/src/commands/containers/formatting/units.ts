/** Numbers and times in the words that Docker uses for them. */
import { humanDuration } from "@skiff/docker/human-duration";

const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** Bytes as "1.23MB", in powers of 1000. */
export function humanSize(bytes: number, precision = 4): string {
  return withUnit(bytes, 1000, DECIMAL, precision);
}

/** Bytes as "1.234MiB", in powers of 1024. */
export function binarySize(bytes: number): string {
  return withUnit(bytes, 1024, BINARY, 4);
}

function withUnit(bytes: number, base: number, units: readonly string[], precision: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= base && unit < units.length - 1) {
    size /= base;
    unit++;
  }
  return `${Number(size.toPrecision(precision))}${units[unit]}`;
}

/** A time, in Unix seconds, as "3 hours ago"; empty for none. */
export function ago(seconds: number, now = Date.now()): string {
  return seconds <= 0 ? "" : `${humanDuration(now - seconds * 1000)} ago`;
}

/** A time, in Unix seconds, as Go prints times: "2026-01-02 15:04:05 +0000 UTC", in this machine's zone. */
export function goTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const zone = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" })
    .formatToParts(date)
    .find(({ type }) => type === "timeZoneName")?.value;
  return `${day} ${time} ${offset(date)} ${zone ?? "UTC"}`;
}

/** Difference to UTC, as "+0200". */
function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}${two(minutes % 60)}`;
}

/** A time, in Unix seconds, as in RFC 3339 in this machine's zone: "2026-01-02T15:04:05Z". */
export function rfc3339(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (date.getTimezoneOffset() === 0) return `${date.toISOString().slice(0, 19)}Z`;
  const [day, time, zone = ""] = goTime(seconds).split(" ");
  return `${day}T${time}${zone.slice(0, 3)}:${zone.slice(3)}`;
}

/** Cuts a text to `length` characters, the last of which says that there is more. */
export function ellipsis(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** The first twelve digits of an id, without its algorithm. */
export function shortId(id: string): string {
  return id.replace(/^[a-z0-9]+:/, "").slice(0, 12);
}
