/** Compose's amounts in the units of Kubernetes. */

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A Go duration ("1m30s") in whole seconds, rounded up. Throws for what is none. */
export function wholeSeconds(duration: string): number {
  let seconds = 0;
  let rest = duration;
  while (rest !== "" && rest !== "0") {
    const [matched = "", amount, unit = ""] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/.exec(rest) ?? [];
    if (matched === "") throw new Error(`"${duration}" is not a duration`);
    seconds += Number(amount) * (UNITS[unit] ?? 0);
    rest = rest.slice(matched.length);
  }
  return Math.ceil(Number(seconds.toFixed(9)));
}

/** A number of processors as a quantity: 0.5 is "500m". */
export function processors(cpus: number): string {
  return Number.isInteger(cpus) ? String(cpus) : `${Math.max(1, Math.round(cpus * 1000))}m`;
}

/** A text that Kubernetes shows to the program as it is here: without this it replaces `$(NAME)` and makes one `$` of two. */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, "$$$$");
}
