/** `security_opt`, as a HostConfig says it. Pure. */

/** What a HostConfig is told. */
export interface SecurityOptions {
  readonly options: readonly string[];
  /** Nothing of /proc and /sys is hidden. */
  readonly systemPathsUnconfined: boolean;
}

/** Translates. `profiles` has the contents of seccomp profiles by their paths. Throws for a malformed option. */
export function securityOptions(
  texts: readonly string[],
  profiles: ReadonlyMap<string, string> = new Map(),
): SecurityOptions {
  const options: string[] = [];
  for (const text of texts) {
    if (text === "systempaths=unconfined") continue;
    const path = seccompPath(text);
    if (path !== undefined) options.push(`seccomp=${profiles.get(path) ?? path}`);
    else if (/^no-new-privileges$|[=:]/.test(text)) options.push(text);
    else throw new Error(`Invalid security-opt: ${JSON.stringify(text)}`);
  }
  return { options, systemPathsUnconfined: texts.includes("systempaths=unconfined") };
}

/** The file that a seccomp option names; undefined for other options. */
export function seccompPath(text: string): string | undefined {
  const [, path] = /^seccomp[=:](.+)$/.exec(text) ?? [];
  return path === undefined || path === "unconfined" || path === "builtin" ? undefined : path;
}
