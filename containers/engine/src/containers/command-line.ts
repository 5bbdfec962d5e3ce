import type { ContainerSpec } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import type { OciProcessConfig } from "../image-store.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What runs: entrypoint and command of the image, unless the spec replaces them. Throws "invalid" when nothing is left. */
export function commandOf(spec: ContainerSpec, image: OciProcessConfig): string[] {
  const entrypoint = spec.entrypoint ?? image.Entrypoint ?? [];
  const command = spec.args ?? (spec.entrypoint === undefined ? (image.Cmd ?? []) : []);
  const args = [...entrypoint, ...command];
  if (args.length === 0 || args[0] === "")
    throw new EngineError("invalid", "Cannot create the container: no command specified");
  return args;
}

/** The environment: a path, the image's variables, the spec's over them, and what a login would set where nobody does. */
export function environmentOf(o: {
  readonly image: readonly string[];
  readonly spec: readonly string[];
  readonly home: string;
  readonly hostname: string | undefined;
  readonly tty: boolean;
}): string[] {
  const variables = new Map<string, string>([["PATH", DEFAULT_PATH]]);
  if (o.hostname !== undefined) variables.set("HOSTNAME", o.hostname);
  if (o.tty) variables.set("TERM", "xterm");
  for (const entry of [...o.image, ...o.spec]) {
    const at = entry.indexOf("=");
    // A name alone takes the variable away, as Docker has it.
    if (at < 0) variables.delete(entry);
    else variables.set(entry.slice(0, at), entry.slice(at + 1));
  }
  if (!variables.has("HOME")) variables.set("HOME", o.home);
  return [...variables].map(([key, value]) => `${key}=${value}`);
}
