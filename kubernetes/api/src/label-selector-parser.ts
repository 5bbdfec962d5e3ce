/** The grammar of label selectors in queries, with the error texts of the API server. */
import type { Requirement, SelectorOperator } from "./label-requirement.ts";
import { isLabelValue, isQualifiedName } from "./names.ts";
import { fieldErrorMessage, invalid } from "./rules/field-error.ts";

const BINARY: Readonly<Record<string, SelectorOperator>> = {
  "=": "Equals",
  "==": "Equals",
  "!=": "NotEquals",
  in: "In",
  notin: "NotIn",
  ">": "GreaterThan",
  "<": "LessThan",
};

const SYMBOL = /^(?:[(),=!<>])/;
const TOKEN = /\s*(==|!=|[(),=!<>]|[^\s(),=!<>]+)/y;

class SelectorSyntaxError extends Error {}

/** Reads `text` into requirements in the order written, or says why it cannot be read. */
export function parseRequirements(text: string): { readonly requirements: Requirement[] } | { readonly error: string } {
  try {
    return { requirements: new Parser(tokenize(text)).parse() };
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return { error: error.message };
    throw error;
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) tokens.push(match[1] ?? "");
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#peek() === "") return requirements;
    for (;;) {
      const start = this.#peek();
      if (start !== "!" && !isIdentifier(start)) {
        throw new SelectorSyntaxError(`found '${start}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const separator = this.#take();
      if (separator === "") return requirements;
      if (separator !== ",") throw new SelectorSyntaxError(`found '${separator}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (after !== "!" && !isIdentifier(after)) {
        throw new SelectorSyntaxError(`found '${after}', expected: identifier after ','`);
      }
    }
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? "";
  }

  #take(): string {
    return this.#tokens[this.#next++] ?? "";
  }

  #requirement(): Requirement {
    const absent = this.#peek() === "!";
    if (absent) this.#take();
    const key = this.#take();
    if (!isIdentifier(key)) throw unparsable(`found '${key}', expected: identifier`);
    refuse("key", key, isQualifiedName(key));
    if (absent) return { key, operator: "DoesNotExist", values: [] };
    if (this.#peek() === "" || this.#peek() === ",") return { key, operator: "Exists", values: [] };
    const symbol = this.#take();
    const operator = BINARY[symbol];
    if (!operator) throw unparsable(`found '${symbol}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === "In" || operator === "NotIn" ? this.#values() : [this.#exactValue()];
    checkValues(operator, values);
    return { key, operator, values };
  }

  #exactValue(): string {
    const next = this.#peek();
    if (next === "" || next === ",") return "";
    this.#take();
    if (!isIdentifier(next)) throw unparsable(`found '${next}', expected: identifier`);
    return next;
  }

  #values(): string[] {
    const open = this.#take();
    if (open !== "(") throw unparsable(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (let expectValue = true; ; ) {
      const token = this.#take();
      if (token === ")") {
        if (expectValue && values.length > 0) values.push("");
        return [...new Set(values)];
      }
      if (token === ",") {
        if (expectValue) values.push("");
        expectValue = true;
      } else if (isIdentifier(token) && expectValue) {
        values.push(token);
        expectValue = false;
      } else {
        const expected = expectValue && values.length === 0 ? "',', ')' or identifier" : "',' or ')'";
        throw unparsable(`found '${token}', expected: ${expected}`);
      }
    }
  }
}

function isIdentifier(token: string): boolean {
  return token !== "" && !SYMBOL.test(token);
}

function checkValues(operator: SelectorOperator, values: readonly string[]): void {
  if (values.length === 0) {
    refuse("values", [], ["for 'in', 'notin' operators, values set can't be empty"]);
  }
  values.forEach((value, index) => {
    const ordered = operator === "GreaterThan" || operator === "LessThan";
    if (ordered && !/^[+-]?\d{1,19}$/.test(value)) {
      refuse(`values[${index}]`, value, ["for 'Gt', 'Lt' operators, the value must be an integer"]);
    }
    refuse(`values[${index}]`, value, isLabelValue(value));
  });
}

function refuse(field: string, value: unknown, reasons: readonly string[]): void {
  const [reason] = reasons;
  if (reason === undefined) return;
  throw unparsable(`${field}: ${fieldErrorMessage(invalid(field, value, reasons.join("; ")))}`);
}

function unparsable(why: string): SelectorSyntaxError {
  return new SelectorSyntaxError(`unable to parse requirement: ${why}`);
}
