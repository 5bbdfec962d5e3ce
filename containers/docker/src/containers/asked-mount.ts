import type { ContainerMount, ContainerSpec } from "@skiff/engine";

/** How a client asked for a mount, in its own words. */
export interface AskedMount {
  /** What followed the target of a `-v`; "z" where nothing did, of a volume that was named. */
  readonly mode: string;
  readonly propagation: string | undefined;
}

const KINDS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** Looks a mount up in the request that its container was made of. Without one the words are those that say what it is. */
export function askedMount(
  { asked }: ContainerSpec,
  { type, source = "", target, readonly }: ContainerMount,
): AskedMount {
  const host = asked?.HostConfig ?? {};
  const bind = listOf(host.Binds)
    .map((text) => String(text).split(":"))
    .find(([, destination]) => destination === target);
  const unspoken = type === "volume" ? "z" : "";
  if (bind) {
    const mode = bind[2] ?? "";
    return { mode: mode || unspoken, propagation: mode.split(",").find((word) => KINDS.includes(word)) };
  }
  const mount = listOf(host.Mounts)
    .map((each) => Object(each) as { Target?: unknown; BindOptions?: { Propagation?: unknown } | null })
    .find(({ Target }) => Target === target);
  if (mount) return { mode: unspoken, propagation: textOf(mount.BindOptions?.Propagation) };
  // Made by the image's or the request's list of volumes, which name none.
  const isAnonymous = type === "volume" && /^[0-9a-f]{64}$/.test(source);
  return { mode: readonly ? "ro" : isAnonymous ? "" : unspoken, propagation: undefined };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
