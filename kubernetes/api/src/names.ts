/**
 * The name formats of the Kubernetes API. Each check takes a value and gives the reasons it is refused, in the API
 * server's words; none means it is well formed. Lengths are in bytes of UTF-8.
 */

/** Gives the reasons `value` is refused as a name. With `prefix`, it is a generateName, which more will be put after. */
export type NameCheck = (value: string, prefix?: boolean) => readonly string[];

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const underscoreLabel = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const underscoreSubdomain = `${underscoreLabel}(\\.${underscoreLabel})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const wildcard = `\\*\\.${subdomain}`;
const labelKey = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${labelKey})?`;
const configMapKey = "[-._a-zA-Z0-9]+";
const percent = "[0-9]+%";
const headerName = "[-A-Za-z0-9]+";
const cIdentifier = "[A-Za-z_][A-Za-z0-9_]*";

const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${subdomain}$`);
const underscoreSubdomainPattern = new RegExp(`^${underscoreSubdomain}$`);
const label1035Pattern = new RegExp(`^${label1035}$`);
const wildcardPattern = new RegExp(`^${wildcard}$`);
const labelKeyPattern = new RegExp(`^${labelKey}$`);
const labelValuePattern = new RegExp(`^${labelValue}$`);
const configMapKeyPattern = new RegExp(`^${configMapKey}$`);
const percentPattern = new RegExp(`^${percent}$`);
const headerNamePattern = new RegExp(`^${headerName}$`);
const cIdentifierPattern = new RegExp(`^${cIdentifier}$`);

/** `value` is longer than `maximum` bytes. Strings short enough in UTF-16 units for any encoding are not measured. */
export function longerThan(value: string, maximum: number): boolean {
  return value.length * 3 > maximum && Buffer.byteLength(value) > maximum;
}

// Upstream words the same limit in characters for names and in bytes for labels.
function tooManyCharacters(maximum: number): string {
  return `must be no more than ${maximum} characters`;
}

function tooManyBytes(maximum: number): string {
  return `must be no more than ${maximum} bytes`;
}

function mismatch(message: string, expression: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${expression}')`;
  const quoted = examples.map((example) => `'${example}', `).join(" or ");
  return `${message} (e.g. ${quoted}regex used for validation is '${expression}')`;
}

const labelMessage = mismatch(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  "my-name",
  "123-abc",
);
const subdomainMessage = mismatch(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  "example.com",
);
const label1035Message = mismatch(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035,
  "my-name",
  "abc-123",
);
const wildcardMessage = mismatch(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  wildcard,
  "*.example.com",
);
const labelKeyMessage = mismatch(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelKey,
  "MyName",
  "my.name",
  "123-abc",
);
const labelValueMessage = mismatch(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelValue,
  "MyValue",
  "my_value",
  "12345",
);
const configMapKeyMessage = mismatch(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  configMapKey,
  "key.name",
  "KEY_NAME",
  "key-name",
);

/** A DNS label (RFC 1123), at most 63 bytes: names of Namespaces, containers, volumes. */
export function isDns1123Label(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 63)) reasons.push(tooManyCharacters(63));
  if (!labelPattern.test(value)) {
    reasons.push(subdomainPattern.test(value) ? "must not contain dots" : labelMessage);
  }
  return reasons;
}

/** A DNS subdomain (RFC 1123), at most 253 bytes: the name of most objects. */
export function isDns1123Subdomain(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 253)) reasons.push(tooManyCharacters(253));
  if (!subdomainPattern.test(value)) reasons.push(subdomainMessage);
  return reasons;
}

/** As `isDns1123Subdomain`, with underscores: what a resolver's search list may hold. */
export function isDns1123SubdomainWithUnderscore(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 253)) reasons.push(tooManyCharacters(253));
  if (!underscoreSubdomainPattern.test(value)) {
    reasons.push(
      mismatch(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        underscoreSubdomain,
        "example.com",
      ),
    );
  }
  return reasons;
}

/** A DNS label (RFC 1035), which starts with a letter: names of Services. */
export function isDns1035Label(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 63)) reasons.push(tooManyCharacters(63));
  if (!label1035Pattern.test(value)) reasons.push(label1035Message);
  return reasons;
}

/** A DNS subdomain whose first label is `*` (RFC 1034, section 4.3.3). */
export function isWildcardDns1123Subdomain(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 253)) reasons.push(tooManyCharacters(253));
  if (!wildcardPattern.test(value)) reasons.push(wildcardMessage);
  return reasons;
}

/** A label key: a name of at most 63 bytes, optionally after a DNS subdomain and a slash. Also taint and resource names. */
export function isQualifiedName(value: string): string[] {
  const parts = value.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2) {
    return [
      `a valid label key ${labelKeyMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const reasons: string[] = [];
  if (second !== undefined) {
    if (first === "") reasons.push("prefix part must be non-empty");
    else for (const reason of isDns1123Subdomain(first)) reasons.push(`prefix part ${reason}`);
  }
  const name = second ?? first;
  if (name === "") reasons.push("name part must be non-empty");
  else if (longerThan(name, 63)) reasons.push(`name part ${tooManyBytes(63)}`);
  if (!labelKeyPattern.test(name)) reasons.push(`name part ${labelKeyMessage}`);
  return reasons;
}

/** A label's value: empty, or at most 63 bytes that begin and end with an alphanumeric. */
export function isLabelValue(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 63)) reasons.push(tooManyBytes(63));
  if (!labelValuePattern.test(value)) reasons.push(labelValueMessage);
  return reasons;
}

/** A key of a ConfigMap or Secret: usable as a file name. */
export function isConfigMapKey(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 253)) reasons.push(tooManyCharacters(253));
  if (!configMapKeyPattern.test(value)) reasons.push(configMapKeyMessage);
  if (value === "." || value === "..") reasons.push(`must not be '${value}'`);
  else if (value.startsWith("..")) reasons.push("must not start with '..'");
  return reasons;
}

/** The name of an environment variable: any printable ASCII but `=`. */
export function isEnvVarName(value: string): string[] {
  if (value === "") return ["environment variable name must be non-empty"];
  if (/^[ -<>-~]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** The name of a container port (RFC 6335, lower case only). */
export function isPortName(value: string): string[] {
  const reasons: string[] = [];
  if (longerThan(value, 15)) reasons.push(tooManyCharacters(15));
  if (!/^[-a-z0-9]+$/.test(value)) {
    reasons.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(value)) reasons.push("must contain at least one letter (a-z)");
  if (value.includes("--")) reasons.push("must not contain consecutive hyphens");
  if (value.startsWith("-") || value.endsWith("-")) reasons.push("must not begin or end with a hyphen");
  return reasons;
}

/** A port number, 1 to 65535. */
export function isPortNumber(value: number): string[] {
  return isInRange(value, 1, 65535);
}

/** A number from `least` to `most`, both included. */
export function isInRange(value: number, least: number, most: number): string[] {
  return value >= least && value <= most ? [] : [`must be between ${least} and ${most}, inclusive`];
}

/** A Unix user or group id. */
export function isUnixId(value: number): string[] {
  return isInRange(value, 0, 4294967295);
}

/** A percentage such as `25%`. */
export function isPercent(value: string): string[] {
  if (percentPattern.test(value)) return [];
  return [mismatch("a valid percent string must be a numeric string followed by an ending '%'", percent, "1%", "93%")];
}

/** The name of an HTTP header field. */
export function isHttpHeaderName(value: string): string[] {
  if (headerNamePattern.test(value)) return [];
  return [mismatch("a valid HTTP header must consist of alphanumeric characters or '-'", headerName, "X-Header-Name")];
}

/** An identifier as in C. */
export function isCIdentifier(value: string): string[] {
  if (cIdentifierPattern.test(value)) return [];
  return [
    mismatch(
      "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
      cIdentifier,
      "my_name",
      "MY_NAME",
      "MyName",
    ),
  ];
}

/** One segment of a URL path: names of kinds whose names are not DNS names, such as Roles. */
export function isPathSegmentName(value: string, prefix = false): string[] {
  const reasons: string[] = [];
  if (!prefix && (value === "." || value === "..")) return [`may not be '${value}'`];
  for (const character of ["/", "%"]) if (value.includes(character)) reasons.push(`may not contain '${character}'`);
  return reasons;
}

/** A NameCheck from a format: a generateName may end in a dash, since a suffix follows. */
export function nameCheck(format: (value: string) => readonly string[]): NameCheck {
  return (value, prefix = false) => format(prefix && value.endsWith("-") ? `${value.slice(0, -1)}a` : value);
}

/** The name of most objects. */
export const subdomainName: NameCheck = nameCheck(isDns1123Subdomain);
/** A name that must be one DNS label (RFC 1123). */
export const labelName: NameCheck = nameCheck(isDns1123Label);
/** A name that must be one DNS label that starts with a letter (RFC 1035). */
export const label1035Name: NameCheck = nameCheck(isDns1035Label);
