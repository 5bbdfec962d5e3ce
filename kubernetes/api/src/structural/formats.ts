/** The formats of strings that are checked; others are taken for documentation. */
import { isIP, isIPv4, isIPv6 } from "node:net";
import { isDns1123Label, isDns1123Subdomain } from "../names.ts";

const matching = (pattern: RegExp) => (text: string) => pattern.test(text);
const uuid = (version: string) =>
  matching(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, "i"));
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const DURATION_UNITS =
  "ns|us|µs|μs|ms|s|m|h|d|w|hr|hrs|hour|hours|sec|second|seconds|min|mins|minute|minutes|day|days|week|weeks";

function isCidr(text: string): boolean {
  const [, address = "", bits = ""] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  return isIP(address) !== 0 && Number(bits) <= (isIPv4(address) ? 32 : 128);
}

function isUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a URL
  if (/[\x00-\x20\x7f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  return text.startsWith("/") || /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text);
}

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matching(/^[0-9a-fA-F]{24}$/),
  uri: isUri,
  email: matching(/^[^\s@<>]+@[^\s@<>]+$/),
  hostname: (text) =>
    text.length <= 253 &&
    /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: matching(/^(?:[0-9a-fA-F]{2}([:-]))(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}$/),
  uuid: uuid("[0-9a-f]{4}"),
  uuid3: uuid("3[0-9a-f]{3}"),
  uuid4: uuid("4[0-9a-f]{3}"),
  uuid5: uuid("5[0-9a-f]{3}"),
  isbn: matching(/^(?:\d[ -]?){9}[\dX]$|^(?:\d[ -]?){13}$/),
  isbn10: matching(/^(?:\d[ -]?){9}[\dX]$/),
  isbn13: matching(/^(?:\d[ -]?){13}$/),
  creditcard: matching(/^(?:\d[ -]?){13,16}$/),
  ssn: matching(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matching(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matching(/^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  password: () => true,
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: matching(new RegExp(`^-?(?:(?:\\d+(?:\\.\\d*)?|\\.\\d+)\\s*(?:${DURATION_UNITS})\\s*)+$|^0$`)),
  datetime: (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  "date-time": (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  "k8s-short-name": (text) => isDns1123Label(text).length === 0,
  "k8s-long-name": (text) => isDns1123Subdomain(text).length === 0,
};

/** Whether `text` is of the format; every text is of a format that is not checked. */
export function isOfFormat(text: string, format: string): boolean {
  return !Object.hasOwn(FORMATS, format) || (FORMATS[format]?.(text) ?? true);
}
