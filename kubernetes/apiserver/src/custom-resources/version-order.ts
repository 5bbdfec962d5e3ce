/** The order versions are listed in: `v2`, `v1`, `v2beta1`, `v1alpha1`, and then others by name. */

interface Parts {
  readonly major: number;
  readonly stage: "" | "alpha" | "beta";
  readonly minor: number;
}

const STAGES = ["", "beta", "alpha"];

function partsOf(version: string): Parts | undefined {
  const found = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (!found) return undefined;
  return { major: Number(found[1]), stage: (found[2] ?? "") as Parts["stage"], minor: Number(found[3] ?? 0) };
}

/** Negative where `a` comes first. */
export function byPriority(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return STAGES.indexOf(x.stage) - STAGES.indexOf(y.stage) || y.major - x.major || y.minor - x.minor;
}
