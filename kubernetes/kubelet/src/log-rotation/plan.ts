/** What bounds a container's log: which files there may be, and how large. */
export interface LogLimits {
  /** Bytes after which the log is rotated. */
  readonly maxSize: number;
  /** Files there may be of one container, the current one included. */
  readonly maxFiles: number;
}

/** The kubelet's `containerLogMaxSize` and `containerLogMaxFiles`, as upstream defaults them. */
export const DEFAULT_LIMITS: LogLimits = { maxSize: 10 << 20, maxFiles: 5 };

export type RotationStep =
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "compress"; readonly name: string }
  | { readonly do: "rotate"; readonly from: string; readonly to: string };

/**
 * What to do with the log `current` of `size` bytes in a directory of `names`, at `now` (milliseconds). Nothing below the limit.
 * Else the oldest files go so that the new one fits, the plain ones among the older are compressed, and the current one becomes
 * `<current>.<yyyymmdd-hhmmss>`. The newest rotated file stays plain until the next time: whoever follows the log may still read it.
 */
export function plan(
  current: string,
  size: number,
  names: readonly string[],
  now: number,
  limits: LogLimits,
): RotationStep[] {
  if (size <= limits.maxSize) return [];
  const rotated = names.filter((name) => name.startsWith(`${current}.`));
  const unfinished = rotated.filter((name) => name.endsWith(".tmp"));
  // Their names sort by time. The current file, and the one it is about to become, take two places.
  const kept = rotated.filter((name) => !name.endsWith(".tmp")).toSorted();
  const excess = kept.splice(0, Math.max(0, kept.length - Math.max(0, limits.maxFiles - 2)));
  return [
    ...[...unfinished, ...excess].map((name) => ({ do: "remove", name }) as const),
    ...kept.filter((name) => !name.endsWith(".gz")).map((name) => ({ do: "compress", name }) as const),
    { do: "rotate", from: current, to: `${current}.${stamp(now)}` },
  ];
}

/** `20260102-150405`, in UTC. */
function stamp(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
