/** How registries are reached, as a file says it. */
import { readFile, stat } from "node:fs/promises";

/** What can be said about registries. A registry is named by its host, and its port where it has one: "docker.io", "registry.local:5000". */
export interface RegistriesConfig {
  /** URLs that are asked first when images of a registry are pulled. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Registries whose certificate is not checked, and that are spoken to in plain HTTP where they have no TLS. */
  readonly insecure?: readonly string[] | undefined;
  /** Certificate authorities of registries, PEM. In the file: paths. */
  readonly ca?: Readonly<Record<string, string>> | undefined;
}

/**
 * A reader of the JSON file at `path`, which looks at it again when it changed. No file means an empty configuration; one that is not
 * understood throws, naming what is wrong.
 */
export function registriesFile(path: string): () => Promise<RegistriesConfig> {
  let known: { readonly mtimeMs: number; readonly config: RegistriesConfig } | undefined;
  return async function registries() {
    let mtimeMs: number;
    try {
      ({ mtimeMs } = await stat(path));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
      throw error;
    }
    if (known?.mtimeMs === mtimeMs) return known.config;
    const config = check(await readFile(path, "utf8"), path);
    const authorities = Object.entries(config.ca ?? {}).map(async ([host, file]) => [
      host,
      await readFile(file, "utf8"),
    ]);
    known = { mtimeMs, config: { ...config, ca: Object.fromEntries(await Promise.all(authorities)) } };
    return known.config;
  };
}

function check(text: string, path: string): RegistriesConfig {
  const refuse = (what: string): never => {
    throw new Error(`cannot read ${path}: ${what}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(error.message);
  }
  if (!isRecord(value)) return refuse("not a JSON object");
  const { mirrors = {}, insecure = [], ca = {}, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuse(`unknown field "${unknown}"`);
  if (!isRecord(mirrors) || !Object.values(mirrors).every((urls) => isTexts(urls) && urls.every(isHttp)))
    refuse('"mirrors" must give each registry a list of http or https URLs');
  if (!isTexts(insecure)) refuse('"insecure" must be a list of registries');
  if (!isRecord(ca) || !isTexts(Object.values(ca))) refuse('"ca" must give each registry the path of a file');
  return { mirrors, insecure, ca } as RegistriesConfig;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isHttp(url: string): boolean {
  const { protocol } = URL.parse(url) ?? {};
  return protocol === "http:" || protocol === "https:";
}
