/** The published schemas say of every field what the table of types says of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resources } from "../resources.ts";
import { type FieldInfo, findType, typeOf } from "../schema/type-info.ts";
import type { Builtin, TypeRef } from "../schema/type-ref.ts";
import { openApiV2, openApiV3, openApiV3Paths } from "./documents.ts";
import { definitionName } from "./names.ts";

interface Property {
  readonly $ref?: string;
  readonly allOf?: readonly Property[];
  readonly type?: string;
  readonly format?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly [extension: `x-kubernetes-${string}`]: unknown;
}
interface Definition extends Property {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}
type Definitions = Readonly<Record<string, Definition>>;

/** What a builtin is, in words: its type and format, or the definition it has. */
const BUILTINS: Readonly<Record<Builtin, string>> = {
  string: "string",
  uid: "string",
  nodeName: "string",
  bool: "boolean",
  int32: "integer int32",
  int64: "integer int64",
  goDuration: "integer int64",
  float64: "number double",
  bytes: "string byte",
  json: "any",
  any: "any",
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  raw: "io.k8s.apimachinery.pkg.runtime.RawExtension",
  time: "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
  microTime: "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
  duration: "io.k8s.apimachinery.pkg.apis.meta.v1.Duration",
  fieldsV1: "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
};

function inTable(ref: TypeRef): string {
  switch (ref.form) {
    case "builtin":
      return BUILTINS[ref.name];
    case "pointer":
      return inTable(ref.of);
    case "list":
      return `list of ${inTable(ref.of)}`;
    case "map":
      return `map of ${inTable(ref.of)}`;
    case "named":
      return typeOf(ref.name).form === "string" ? "string" : definitionName(ref.name);
  }
}

function inSchema({ $ref, allOf, type, format, items, additionalProperties }: Property): string {
  const reference = $ref ?? allOf?.[0]?.$ref;
  if (reference) return reference.replace(/^.*\//, "");
  if (type === "array" && items) return `list of ${inSchema(items)}`;
  if (type === "object" && additionalProperties) return `map of ${inSchema(additionalProperties)}`;
  return type === undefined ? "any" : `${type}${format ? ` ${format}` : ""}`;
}

function extensionsInTable(field: FieldInfo): Record<string, unknown> {
  const all = {
    "x-kubernetes-list-type": field.listType,
    "x-kubernetes-list-map-keys": field.listMapKeys,
    "x-kubernetes-map-type": field.mapType ?? field.structType,
    "x-kubernetes-patch-merge-key": field.patchMergeKey,
    "x-kubernetes-patch-strategy": field.patchStrategy.length > 0 ? field.patchStrategy.join(",") : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function extensionsInSchema(property: Property): Record<string, unknown> {
  return Object.fromEntries(Object.entries(property).filter(([name]) => name.startsWith("x-kubernetes-")));
}

/** Compares a type and those it refers to, once each; gives back how many fields were compared. */
function agree(typeName: string, definitions: Definitions, seen: Set<string>): number {
  if (seen.has(typeName)) return 0;
  seen.add(typeName);
  const info = findType(typeName);
  if (info?.form !== "struct") return 0;
  const definition = definitions[definitionName(typeName)];
  assert.ok(definition, `${typeName} is defined`);
  const properties = definition.properties ?? {};
  assert.deepEqual(Object.keys(properties).toSorted(), [...info.fields.keys()].toSorted(), typeName);
  const required = [...info.fields.values()].filter(({ optional }) => !optional).map(({ name }) => name);
  assert.deepEqual(definition.required ?? [], required.toSorted(), typeName);
  let count = 0;
  for (const field of info.fields.values()) {
    const property = properties[field.name] ?? {};
    const where = `${typeName}.${field.name}`;
    assert.equal(inSchema(property), inTable(field.type), where);
    assert.deepEqual(extensionsInSchema(property), extensionsInTable(field), where);
    count += 1 + agree(named(field.type), definitions, seen);
  }
  return count;
}

function named(ref: TypeRef): string {
  if (ref.form === "named") return ref.name;
  return ref.form === "builtin" ? "" : named(ref.of);
}

describe("schemas and the table of types", () => {
  for (const path of Object.keys(openApiV3Paths())) {
    it(`agree in every field of ${path}`, () => {
      const document = JSON.parse(openApiV3(path)?.body.toString() ?? "") as { components: { schemas: Definitions } };
      const kinds = resources.filter(
        ({ group, version }) => path === (group ? `apis/${group}/${version}` : `api/${version}`),
      );
      const seen = new Set<string>();
      const count = kinds.reduce((sum, { typeName }) => sum + agree(typeName, document.components.schemas, seen), 0);
      assert.ok(count > 20);
    });
  }

  it("agree in every field of OpenAPI v2", () => {
    const { definitions } = JSON.parse(openApiV2().toString()) as { definitions: Definitions };
    const seen = new Set<string>();
    const count = resources.reduce((sum, { typeName }) => sum + agree(typeName, definitions, seen), 0);
    assert.ok(count > 1500);
  });

  it("agree on which kinds a definition is of", () => {
    const { definitions } = JSON.parse(openApiV2().toString()) as { definitions: Definitions };
    for (const { group, version, kind, typeName } of resources) {
      assert.deepEqual(definitions[definitionName(typeName)]?.["x-kubernetes-group-version-kind"], [
        { group, kind, version },
      ]);
    }
  });

  it("agree on what is replaced whole", () => {
    const { definitions } = JSON.parse(openApiV2().toString()) as { definitions: Definitions };
    assert.equal(definitions[definitionName("meta/v1.LabelSelector")]?.["x-kubernetes-map-type"], "atomic");
  });
});
