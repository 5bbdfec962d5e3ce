/** Values as Go's package fmt prints them. */

/** `%v` of what JSON can hold: lists in brackets, maps sorted by key. Nothing is `<no value>`, as templates print it. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return "<no value>";
  if (Array.isArray(value)) return `[${value.map(formatInner).join(" ")}]`;
  // What prints itself.
  if (typeof value === "object" && value.toString !== Object.prototype.toString) return String(value);
  if (typeof value === "object") {
    const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    return `map[${entries.map(([key, inner]) => `${key}:${formatInner(inner)}`).join(" ")}]`;
  }
  return String(value);
}

function formatInner(value: unknown): string {
  return value === undefined || value === null ? "<nil>" : formatValue(value);
}

/** `fmt.Sprintf` with the verbs that templates use: v, s, d, q, t, x, X, f, e, g, c, %, and width, precision, `-`, `0`, `+`. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width, precision, verb) => {
      if (verb === "%") return "%";
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const body = formatVerb(verb, args[next++], {
        flags,
        precision: precision === undefined ? undefined : Number(precision),
      });
      const size = Number(width ?? 0);
      if (flags.includes("-")) return body.padEnd(size);
      return flags.includes("0") && /^[-+]?\d/.test(body) ? body.padStart(size, "0") : body.padStart(size);
    },
  );
  const extra = args.slice(next).map((value) => `${typeOf(value)}=${formatInner(value)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(", ")})`;
}

function formatVerb(
  verb: string,
  value: unknown,
  { flags, precision }: { readonly flags: string; readonly precision: number | undefined },
): string {
  const sign = flags.includes("+") && typeof value === "number" && value >= 0 ? "+" : "";
  switch (verb) {
    case "v":
      return sign + formatInner(value);
    case "s":
      return typeof value === "number" || typeof value === "boolean"
        ? `%!s(${typeOf(value)}=${value})`
        : formatInner(value).slice(0, precision);
    case "q":
      return typeof value === "number" ? `'${String.fromCodePoint(value)}'` : JSON.stringify(formatInner(value));
    case "d":
      return Number.isInteger(value) ? sign + String(value) : `%!d(${typeOf(value)}=${formatInner(value)})`;
    case "t":
      return String(value);
    case "c":
      return String.fromCodePoint(Number(value));
    case "x":
    case "X": {
      const hex = typeof value === "number" ? value.toString(16) : Buffer.from(formatInner(value)).toString("hex");
      return verb === "X" ? hex.toUpperCase() : hex;
    }
    case "f":
      return sign + Number(value).toFixed(precision ?? 6);
    case "e":
      return sign + Number(value).toExponential(precision ?? 6);
    case "g":
      return sign + String(precision === undefined ? Number(value) : Number(Number(value).toPrecision(precision)));
    default:
      return `%!${verb}(${typeOf(value)}=${formatInner(value)})`;
  }
}

/** The Go type that a JSON value would have. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}
