/** Credentials for registries, and where Docker keeps them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { askHelper } from "./credential-helper.ts";

/** What a registry is logged in to with. An identity token stands in for a password. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string | undefined;
  /** A token that is sent as it is. */
  readonly registryToken?: string | undefined;
}

const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

/**
 * A credentials finder over `config.json` in `directory` (normally `~/.docker`), read anew each time it is asked, so a
 * `docker login` counts at once. No file means no credentials; a malformed one throws. Where the file names a credential helper for the
 * registry, that is asked.
 */
export function dockerConfigCredentials(directory: string): (registry: string) => Promise<Credentials | undefined> {
  return async function credentialsOf(registry) {
    const path = join(directory, "config.json");
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const config = parse(text, path);
    const key = registry === "docker.io" ? DOCKER_HUB_KEY : registry;
    const helper = config.credHelpers?.[key] ?? config.credHelpers?.[registry] ?? config.credsStore;
    if (helper !== undefined && helper !== "") return (await askHelper(helper, key)) ?? findAuth(config, registry);
    return findAuth(config, registry);
  };
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

function parse(text: string, path: string): DockerConfig {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    // The parser's message quotes the file, which holds secrets.
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(`cannot read registry credentials: ${path} is not a JSON object`);
}

function findAuth(config: DockerConfig, registry: string): Credentials | undefined {
  const keys = registry === "docker.io" ? [DOCKER_HUB_KEY, "docker.io", "index.docker.io"] : [registry];
  for (const [key, entry] of Object.entries(config.auths ?? {})) {
    if (!keys.includes(key) && !keys.includes(hostOf(key))) continue;
    const decoded = Buffer.from(entry.auth ?? "", "base64").toString("utf8");
    const colon = decoded.indexOf(":");
    const username = entry.username ?? (colon < 0 ? "" : decoded.slice(0, colon));
    const password = entry.password ?? (colon < 0 ? "" : decoded.slice(colon + 1));
    if (username === "" && entry.identitytoken === undefined) continue;
    return { username, password, identityToken: entry.identitytoken };
  }
  return undefined;
}

// Keys are hosts, or URLs with a scheme and an old API path.
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
