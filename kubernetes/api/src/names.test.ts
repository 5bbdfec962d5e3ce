import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as names from "./names.ts";

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const key =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const table: readonly { check: (value: string) => readonly string[]; value: string; want: readonly string[] }[] = [
  { check: names.isDns1123Label, value: "a-1", want: [] },
  { check: names.isDns1123Label, value: "a.b", want: ["must not contain dots"] },
  { check: names.isDns1123Label, value: "A", want: [label] },
  { check: names.isDns1123Label, value: "a".repeat(64), want: ["must be no more than 63 characters"] },
  { check: names.isDns1123Subdomain, value: "a.b-c.d", want: [] },
  { check: names.isDns1035Label, value: "a1", want: [] },
  { check: names.isWildcardDns1123Subdomain, value: "*.example.org", want: [] },
  { check: names.isQualifiedName, value: "example.org/Name_1", want: [] },
  { check: names.isQualifiedName, value: "example.org/", want: ["name part must be non-empty", `name part ${key}`] },
  { check: names.isQualifiedName, value: "/a", want: ["prefix part must be non-empty"] },
  {
    check: names.isQualifiedName,
    value: "a/b/c",
    want: [`a valid label key ${key} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`],
  },
  { check: names.isLabelValue, value: "", want: [] },
  {
    check: names.isLabelValue,
    value: "é".repeat(32),
    want: [
      "must be no more than 63 bytes",
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
  },
  { check: names.isConfigMapKey, value: "..data", want: ["must not start with '..'"] },
  { check: names.isConfigMapKey, value: "..", want: ["must not be '..'"] },
  { check: names.isEnvVarName, value: "1 bad", want: [] },
  {
    check: names.isEnvVarName,
    value: "A=B",
    want: ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
  },
  { check: names.isPortName, value: "a--b", want: ["must not contain consecutive hyphens"] },
  { check: names.isPortName, value: "80", want: ["must contain at least one letter (a-z)"] },
  { check: names.isPathSegmentName, value: "system:node", want: [] },
  { check: names.isPathSegmentName, value: "a/b%c", want: ["may not contain '/'", "may not contain '%'"] },
  { check: names.isPathSegmentName, value: "..", want: ["may not be '..'"] },
  { check: (value) => names.subdomainName(value, true), value: "gen-", want: [] },
];

describe("the name checks", () => {
  for (const { check, value, want } of table) {
    const shown = value.length > 20 ? `${value.slice(0, 20)}…` : value;
    it(`${check.name || "a generateName"}("${shown}") has ${want.length} objections`, () => {
      assert.deepEqual(check(value), want);
    });
  }
});
