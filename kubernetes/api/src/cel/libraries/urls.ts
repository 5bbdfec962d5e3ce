/** URLs: `url("https://example.com/a?b=c").getHost()`. */
import { CelError } from "../cel-errors.ts";
import { BOOL, listOf, mapOf, opaque, STRING } from "../cel-type.ts";
import { func, method, type Overload, traverseString } from "../overload.ts";
import { OpaqueValue, ValueList, ValueMap } from "../values.ts";

/** A URL in its parts, as written. */
class UrlValue extends OpaqueValue {
  readonly typeName = "kubernetes.URL";
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  constructor(text: string, [scheme, host, path, query]: readonly [string, string, string, string]) {
    super();
    this.text = text;
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }
  override toString(): string {
    return this.text;
  }
}

const FORM = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/((?:[^/?#@]*@)?)([^/?#]*))?([^?#]*)(?:\?(.*))?$/s;

/** An absolute URL, or an absolute path, as Go's url.ParseRequestURI takes them; undefined for other texts. */
function parse(text: string): UrlValue | undefined {
  const [all, scheme = "", , host = "", path = "", query = ""] = FORM.exec(text) ?? [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a URL
  if (all === undefined || text === "" || /[\x00-\x20\x7f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(path))
    return undefined;
  if (scheme === "" && !text.startsWith("/")) return undefined;
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (port !== undefined && !/^\d*$/.test(port)) return undefined;
  if (host.startsWith("[") && !host.includes("]")) return undefined;
  return new UrlValue(text, [scheme.toLowerCase(), host, decodeURIComponent(path), query]);
}

function url(text: string): UrlValue {
  const found = parse(text);
  if (!found)
    throw new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
    );
  return found;
}

function hostname({ host }: UrlValue): string {
  return /^\[(.*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, "");
}

function query({ query: text }: UrlValue): ValueMap {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) values.set(name, [...(values.get(name) ?? []), value]);
  return new ValueMap(Array.from(values, ([name, list]) => [name, new ValueList(list)] as const));
}

const URL_TYPE = opaque("kubernetes.URL");

export const urls: readonly Overload[] = [
  func("url", [STRING], URL_TYPE, url, traverseString),
  func("isURL", [STRING], BOOL, (text: string) => parse(text) !== undefined, traverseString),
  method("getScheme", [URL_TYPE], STRING, ({ scheme }: UrlValue) => scheme),
  method("getHost", [URL_TYPE], STRING, ({ host }: UrlValue) => host),
  method("getHostname", [URL_TYPE], STRING, hostname),
  method("getPort", [URL_TYPE], STRING, ({ host }: UrlValue) => /:(\d*)$/.exec(host)?.[1] ?? ""),
  method("getEscapedPath", [URL_TYPE], STRING, ({ path }: UrlValue) => encodeURI(path)),
  method("getQuery", [URL_TYPE], mapOf(STRING, listOf(STRING)), query),
];
