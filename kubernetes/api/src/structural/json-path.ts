/** JSONPath as printer columns and subresources use it: `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`. */

/** One step of a path: what it selects of one value. */
type Step = (value: unknown) => readonly unknown[];

/** A path, read. */
export interface JsonPath {
  /** Everything the path leads to; nothing where something on the way is missing. */
  find(value: unknown): readonly unknown[];
}

const TOKEN =
  /\.\.|\.?\[\?\(\s*@((?:\.[\w-]+|\['[^']*'\])*)\s*(?:(==|!=|<=|>=|<|>)\s*("[^"]*"|'[^']*'|[\w.-]+)\s*)?\)\]|\.?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\*)|(-?\d*)(?::(-?\d*))?(?::(-?\d+))?)\s*\]|\.(\*)|\.?((?:[^.[\]\\*]|\\.)+)|\.$/y;

/** Reads a path; it may stand in braces and begin with `$`. Throws SyntaxError. */
export function parseJsonPath(text: string): JsonPath {
  const path = text
    .trim()
    .replace(/^\{(.*)\}$/s, "$1")
    .replace(/^\$/, "");
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(path);
    if (!token || token[0] === "") throw new SyntaxError(`unrecognized character in path: ${path.slice(at)}`);
    at += token[0].length;
    const step = stepOf(token);
    if (step) steps.push(step);
  }
  return { find: (value) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [value]) };
}

function stepOf(token: RegExpExecArray): Step | undefined {
  const [all, operand, operator, wanted, single, double, star, from, to, stride, dotStar, name] = token;
  if (all === "..") return (value) => [value, ...descendants(value)];
  if (all === ".") return undefined;
  if (operand !== undefined) return filter(parseJsonPath(operand), operator, wanted);
  if (star !== undefined || dotStar !== undefined) return children;
  const quoted = single ?? double;
  if (quoted !== undefined) return member(quoted.replace(/\\(.)/g, "$1"));
  if (name !== undefined) return member(name.replace(/\\(.)/g, "$1"));
  const isSlice = to !== undefined || all.includes(":");
  return isSlice ? slice(from ?? "", to ?? "", stride) : index(Number(from));
}

function member(name: string): Step {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
    return [(value as Record<string, unknown>)[name]];
  };
}

function index(position: number): Step {
  return (value) => {
    if (!Array.isArray(value)) return [];
    const found = value.at(position);
    return found === undefined ? [] : [found];
  };
}

function slice(from: string, to: string, stride: string | undefined): Step {
  return (value) => {
    if (!Array.isArray(value)) return [];
    const part = value.slice(from === "" ? 0 : Number(from), to === "" ? undefined : Number(to));
    const step = Math.max(1, Number(stride ?? 1));
    return part.filter((_, position) => position % step === 0);
  };
}

function children(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function descendants(value: unknown): unknown[] {
  return children(value).flatMap((child) => [child, ...descendants(child)]);
}

function filter(path: JsonPath, operator: string | undefined, wanted: string | undefined): Step {
  const literal = wanted === undefined ? undefined : literalOf(wanted);
  const holds = (item: unknown) => {
    const [found] = path.find(item);
    if (operator === undefined) return found !== undefined;
    if (found === undefined) return false;
    return compares(found, operator, literal);
  };
  return (value) => (Array.isArray(value) ? value : children(value)).filter(holds);
}

function literalOf(text: string): unknown {
  if (/^["']/.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function compares(found: unknown, operator: string, wanted: unknown): boolean {
  const [a, b] = [found as string, wanted as string];
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

/** The names along a path that names single members only (`.spec.replicas`); undefined for other paths. */
export function simplePath(text: string): string[] | undefined {
  const names: string[] = [];
  const part = /\.((?:[A-Za-z0-9_-]|\\.)+)|\['((?:[^'\\]|\\.)+)'\]/y;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(text);
    if (!found) return undefined;
    names.push((found[1] ?? found[2] ?? "").replace(/\\(.)/g, "$1"));
  }
  return names.length > 0 ? names : undefined;
}
