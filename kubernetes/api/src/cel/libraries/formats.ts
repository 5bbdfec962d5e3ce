/** Named formats of strings: `format.dns1123Label().validate(name)` answers what is wrong, if anything. */
import { isDns1035Label, isDns1123Label, isDns1123Subdomain, isQualifiedName } from "../../names.ts";
import { CelError } from "../cel-errors.ts";
import { listOf, opaque, optionalOf, STRING } from "../cel-type.ts";
import { func, method, type Overload } from "../overload.ts";
import { type CelValue, OpaqueValue, Optional, parseTimestamp, ValueList } from "../values.ts";

/** A format: what is wrong with a text. */
class FormatValue extends OpaqueValue {
  readonly typeName = "kubernetes.NamedFormat";
  readonly name: string;
  readonly check: (text: string) => readonly string[];
  constructor(name: string, check: (text: string) => readonly string[]) {
    super();
    this.name = name;
    this.check = check;
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && other.name === this.name;
  }
  override toString(): string {
    return this.name;
  }
}

const matching = (pattern: RegExp, why: string) => (text: string) => (pattern.test(text) ? [] : [why]);
/** Names that are only the beginning of one may end in a dash. */
const asPrefix = (check: (text: string) => readonly string[]) => (text: string) =>
  check(text.endsWith("-") ? `${text.slice(0, -1)}a` : text);

function dateTime(text: string): string[] {
  try {
    if (/^\d{4}-\d{2}-\d{2}T/.test(text)) parseTimestamp(text);
    else return ["must be a valid RFC3339 date-time"];
    return [];
  } catch (error) {
    if (error instanceof CelError) return [error.message];
    throw error;
  }
}

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const FORMATS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: (text) => isDns1123Label(text),
  dns1123Subdomain: (text) => isDns1123Subdomain(text),
  dns1035Label: (text) => isDns1035Label(text),
  qualifiedName: (text) => isQualifiedName(text),
  dns1123LabelPrefix: asPrefix((text) => isDns1123Label(text)),
  dns1123SubdomainPrefix: asPrefix((text) => isDns1123Subdomain(text)),
  dns1035LabelPrefix: asPrefix((text) => isDns1035Label(text)),
  labelValue: (text) =>
    text.length > 63
      ? ["must be no more than 63 characters"]
      : matching(
          LABEL_VALUE,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        )(text),
  uri: matching(/^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|\/)[^\s]*$/, "invalid URI for request"),
  uuid: matching(
    /^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/,
    "does not match the UUID format",
  ),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "invalid base64"),
  date: (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? [] : ["invalid date"]),
  datetime: dateTime,
};

const values = new Map(Object.entries(FORMATS).map(([name, check]) => [name, new FormatValue(name, check)]));
const FORMAT = opaque("kubernetes.NamedFormat");

function validate({ check }: FormatValue, text: string): CelValue {
  const problems = check(text);
  return new Optional(problems.length === 0 ? undefined : new ValueList(problems));
}

export const formats: readonly Overload[] = [
  ...Array.from(values, ([name, value]) => func(`format.${name}`, [], FORMAT, () => value)),
  func("format.named", [STRING], optionalOf(FORMAT), (name: string) => new Optional(values.get(name))),
  method("validate", [FORMAT, STRING], optionalOf(listOf(STRING)), validate, { cost: (size) => size(1) }),
];
