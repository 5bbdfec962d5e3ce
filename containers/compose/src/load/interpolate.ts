/** Variables in texts: `$NAME`, `${NAME}`, `${NAME:-default}`, `-`, `:?message`, `?`, `:+other`, `+`, nested, `$$`. */

/** Where variables come from, and who is told of those that are not set. */
export interface Variables {
  get(name: string): string | undefined;
  /** Called for each use of a variable that is not set and has no default. */
  missing(name: string): void;
}

/** Thrown for a text that cannot be interpolated; the message says why, without the text. */
export class InterpolationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InterpolationError";
  }
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const MAX_DEPTH = 32;
const MAX_LENGTH = 1_000_000;

/** Gives `text` with its variables replaced. Throws `InterpolationError`. */
export function interpolate(text: string, variables: Variables): string {
  return text.includes("$") ? new Template(text, variables).all() : text;
}

class Template {
  readonly #text: string;
  readonly #variables: Variables;
  #at = 0;
  #depth = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#variables = variables;
  }

  /** The whole text. */
  all(): string {
    return this.#until(undefined, true);
  }

  /** Up to `end`, which is consumed; `used` says whether the result matters, so that unset variables are worth a word. */
  #until(end: "}" | undefined, used: boolean): string {
    let result = "";
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === end) {
        this.#at += 1;
        return result;
      }
      this.#at += 1;
      result += character === "$" ? this.#substitution(used) : character;
      // Values that are made of values, each twice, grow without end.
      if (result.length > MAX_LENGTH)
        throw new InterpolationError(`more than ${MAX_LENGTH} characters once variables are replaced`);
    }
    if (end !== undefined) throw new InterpolationError('a "${" is not closed');
    return result;
  }

  #substitution(used: boolean): string {
    const next = this.#text.charAt(this.#at);
    if (next === "$") {
      this.#at += 1;
      return "$";
    }
    if (next === "{") {
      this.#at += 1;
      return this.#braced(used);
    }
    const name = this.#name();
    if (name === undefined) {
      throw new InterpolationError('a "$" is followed by no name; a "$" that is meant to stay is written "$$"');
    }
    return this.#value(name, used);
  }

  #braced(used: boolean): string {
    const name = this.#name();
    if (name === undefined) throw new InterpolationError('a "${" is followed by no name');
    const operator = /^(?::?[-?+]|\})/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0];
    if (operator === undefined) {
      const found = this.#at < this.#text.length ? `"${this.#text.charAt(this.#at)}"` : "the end";
      throw new InterpolationError(`"\${${name}" is followed by ${found} instead of "}" or one of :- - :? ? :+ +`);
    }
    this.#at += operator.length;
    if (operator === "}") return this.#value(name, used);
    const value = this.#variables.get(name);
    const isGiven = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
    const kind = operator.slice(-1);
    const needsOther = kind === "+" ? isGiven : !isGiven;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new InterpolationError(`more than ${MAX_DEPTH} levels of "\${"`);
    const other = this.#until("}", used && needsOther);
    this.#depth -= 1;
    if (!needsOther) return kind === "+" ? "" : (value ?? "");
    if (kind === "?" && used) {
      throw new InterpolationError(`required variable ${name} is missing a value${other === "" ? "" : `: ${other}`}`);
    }
    return other;
  }

  #name(): string | undefined {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name !== undefined) this.#at += name.length;
    return name;
  }

  #value(name: string, used: boolean): string {
    const value = this.#variables.get(name);
    if (value === undefined && used) this.#variables.missing(name);
    return value ?? "";
  }
}
