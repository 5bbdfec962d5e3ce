import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requireResource } from "../resources.ts";
import { type BodyFormat, decodeBody } from "./decode-body.ts";

const configMaps = requireResource("", "v1", "configmaps");
const unrecognized = "the object provided is unrecognized (must be of type ConfigMap)";

const refused: { when: string; text: string; format?: BodyFormat; because: string }[] = [
  {
    when: "JSON is cut short",
    text: '{"a":',
    because: `${unrecognized}: couldn't get version/kind; json parse error: unexpected end of JSON input ({"a":)`,
  },
  {
    when: "it is empty",
    text: "",
    because: `${unrecognized}: couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`,
  },
  {
    when: "it is of another kind",
    text: '{"kind":"Nope","apiVersion":"v1"}',
    because:
      'Nope in version "v1" cannot be handled as a ConfigMap: no kind "Nope" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  },
  {
    when: "a key repeats",
    text: '{"data":{"a":"1","b":"{\\"a\\":","a":"2"}}',
    because:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a"',
  },
  {
    when: "a YAML key repeats",
    text: "data:\n  a: one\n  a: two\n",
    format: "yaml",
    because:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 3: key "a" already set in map',
  },
  {
    when: "a key repeats in JSON that is called YAML",
    text: '{"data": {"a": "one",\n "a": "two"}, "data": {}}',
    format: "yaml",
    because:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 2: key "a" already set in map\n  line 2: key "data" already set in map',
  },
];

describe("decodeBody()", () => {
  for (const { when, text, format = "json", because } of refused) {
    it(`answers 400 when ${when}`, () => {
      assert.throws(() => decodeBody(text, format, configMaps, "Strict"), { code: 400, message: because });
    });
  }

  it("answers 400 to nesting that only wants to exhaust the stack", () => {
    const text = `{"data":${"[".repeat(100_000)}`;
    assert.throws(() => decodeBody(text, "json", configMaps, "Strict"), { code: 400, message: /exceeded max depth/ });
  });

  it("answers 400 to YAML aliases that multiply", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let n = 1; n < 8; n++) {
      const [name, before] = [String.fromCharCode(97 + n), String.fromCharCode(96 + n)];
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`);
    }
    assert.throws(() => decodeBody(bomb.join("\n"), "yaml", configMaps, "Strict"), { code: 400 });
  });

  it("fills in a missing kind and version", () => {
    const { object } = decodeBody('{"metadata":{"name":"a"}}', "json", configMaps, "Strict");
    assert.deepEqual(object, { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "a" } });
  });

  it("reads the YAML people write", () => {
    const text = "metadata: {name: a}\nimmutable: yes\ndata:\n  port: '80'\n  time: 12:30\n  day: 2024-01-01\n";
    const { object } = decodeBody(text, "yaml", configMaps, "Strict");
    assert.deepEqual(object, {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name: "a" },
      immutable: true,
      data: { port: "80", time: "12:30", day: "2024-01-01" },
    });
  });
});
