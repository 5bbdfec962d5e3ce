/** Where this machine gets Debian packages from, so that images made here, and what is installed in them, come from there too. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Lines for sources.list, and the mirror's address for people (without credentials). */
export interface AptSources {
  readonly lines: string;
  readonly mirror: string;
}

/**
 * Reads the machine's apt sources and gives those for a suite, with its updates and, where the machine has them, security fixes. Throws
 * when it has no Debian mirror.
 */
export async function aptSources(suite: string, directory = "/etc/apt"): Promise<AptSources> {
  const uris = (await readAll(directory)).flatMap(urisIn).filter((uri) => /^https?:/.test(uri));
  const main = uris.find((uri) => /\/debian\/?$/.test(uri));
  if (main === undefined) throw new Error(`cannot make a Debian image: no source in ${directory} is a Debian mirror`);
  const security = uris.find((uri) => /\/debian-security\/?$/.test(uri));
  const lines = [
    `deb ${main} ${suite} main`,
    `deb ${main} ${suite}-updates main`,
    ...(security === undefined ? [] : [`deb ${security} ${suite}-security main`]),
  ];
  const address = new URL(main);
  return { lines: `${lines.join("\n")}\n`, mirror: `${address.protocol}//${address.host}${address.pathname}` };
}

// Both forms: one-line "deb [options] URI suite …" and deb822 "URIs: …".
function urisIn(text: string): string[] {
  const oneLine = [...text.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/gm)].map(([, uri = ""]) => uri);
  const stanzas = [...text.matchAll(/^URIs:\s*(.+)$/gim)].flatMap(([, list = ""]) => list.trim().split(/\s+/));
  return [...oneLine, ...stanzas].map((uri) => uri.replace(/\/$/, ""));
}

async function readAll(directory: string): Promise<string[]> {
  const parts = await names(join(directory, "sources.list.d"));
  const paths = [join(directory, "sources.list"), ...parts.map((name) => join(directory, "sources.list.d", name))];
  return Promise.all(paths.map(readIfThere));
}

async function names(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => /\.(?:list|sources)$/.test(name)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
