/** The front proxy: whoever shows its certificate may say in headers whose request it passes on. */
import type { Incoming, User } from "../call.ts";

/** Which headers a front proxy names users by, and which certificates make a front proxy. */
export interface RequestHeaderOptions {
  /** PEM of the authorities whose certificates are those of front proxies. */
  readonly clientCa: string;
  /** Common names that are taken; any when empty. */
  readonly allowedNames?: readonly string[] | undefined;
  readonly usernameHeaders?: readonly string[] | undefined;
  readonly groupHeaders?: readonly string[] | undefined;
  readonly uidHeaders?: readonly string[] | undefined;
  readonly extraHeaderPrefixes?: readonly string[] | undefined;
}

/** The names upstream's documentation uses, for what the options leave out. */
export const REQUEST_HEADERS = {
  usernameHeaders: ["X-Remote-User"],
  groupHeaders: ["X-Remote-Group"],
  uidHeaders: ["X-Remote-Uid"],
  extraHeaderPrefixes: ["X-Remote-Extra-"],
} as const;

/** The user a front proxy names, or undefined for requests of others. */
export function requestHeaderUser(options: RequestHeaderOptions): (incoming: Incoming) => User | undefined {
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  const usernames = lower(options.usernameHeaders ?? REQUEST_HEADERS.usernameHeaders);
  const groups = lower(options.groupHeaders ?? REQUEST_HEADERS.groupHeaders);
  const uids = lower(options.uidHeaders ?? REQUEST_HEADERS.uidHeaders);
  const prefixes = lower(options.extraHeaderPrefixes ?? REQUEST_HEADERS.extraHeaderPrefixes);
  const allowed = options.allowedNames ?? [];
  return (incoming) => {
    const { frontProxy } = incoming;
    if (frontProxy === undefined || (allowed.length > 0 && !allowed.includes(frontProxy))) return undefined;
    const first = (names: readonly string[]) => names.map((name) => incoming.header(name) ?? "").find((v) => v !== "");
    const name = first(usernames);
    if (name === undefined) return undefined;
    const uid = first(uids);
    const extra: Record<string, string[]> = {};
    for (const [header, value] of Object.entries(incoming.headers())) {
      const prefix = prefixes.find((candidate) => header.startsWith(candidate));
      if (prefix === undefined) continue;
      extra[unescaped(header.slice(prefix.length))] = listOf(value);
    }
    return {
      name,
      groups: groups.flatMap((header) => listOf(incoming.header(header) ?? "")),
      ...(uid !== undefined && { uid }),
      ...(Object.keys(extra).length > 0 && { extra }),
    };
  };
}

// A header given several times arrives joined by commas.
function listOf(value: string | readonly string[]): string[] {
  const texts = typeof value === "string" ? value.split(",") : value;
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}
