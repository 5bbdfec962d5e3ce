/** What custom resources add to the OpenAPI documents. */
import { createHash } from "node:crypto";
import type { ResourceInfo } from "../resource-info.ts";
import { INFO, type OpenApiV3Document, openApiV2, pathsOf } from "./documents.ts";
import { operationsOfResource } from "./operations.ts";
import { type AddedDefinitions, type Dialect, type Schema, SchemaSet } from "./schemas.ts";

const PATCH_TYPES = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

/** The OpenAPI v3 document of the custom resources of one group and version. */
export function customOpenApiV3(infos: readonly ResourceInfo[]): OpenApiV3Document {
  const schemas = new SchemaSet("v3", definitionsOf(infos, "v3"));
  const paths = pathsOf(infos.flatMap(operationsOfResource), "v3", schemas, PATCH_TYPES);
  const document = { openapi: "3.0.0", info: INFO, paths, components: { schemas: schemas.schemas } };
  const body = Buffer.from(JSON.stringify(document));
  return { body, hash: createHash("sha256").update(body).digest("hex").toUpperCase() };
}

/** The OpenAPI v2 document with custom resources in it, as JSON. The large rest of it is not built anew. */
export function openApiV2With(infos: readonly ResourceInfo[]): Buffer {
  const whole = openApiV2();
  if (infos.length === 0) return whole;
  const schemas = new SchemaSet("v2", definitionsOf(infos, "v2"));
  const paths = pathsOf(infos.flatMap(operationsOfResource), "v2", schemas, PATCH_TYPES);
  const own = Object.entries(schemas.schemas).filter(([name]) => !name.startsWith("io.k8s."));
  const begin = whole.indexOf('"paths":{') + '"paths":{'.length;
  const members = (object: object) => JSON.stringify(object).slice(1, -1);
  return Buffer.concat([
    whole.subarray(0, begin),
    Buffer.from(`${members(paths)},`),
    whole.subarray(begin, -2),
    Buffer.from(`,${members(Object.fromEntries(own))}}}`),
  ]);
}

function definitionsOf(infos: readonly ResourceInfo[], dialect: Dialect): AddedDefinitions {
  return new Map(
    infos.flatMap((info) => {
      const { typeName, kind, listKind } = info;
      const one = { name: definitionName(info, kind), build: (ref: Reference) => definition(info, dialect, ref) };
      const list = { name: definitionName(info, listKind), build: (ref: Reference) => listDefinition(info, ref) };
      return [[typeName, one] as const, [`${typeName}List`, list] as const];
    }),
  );
}

type Reference = (typeName: string) => Schema;

/** `com.example.stable.v1.CronTab`. */
function definitionName({ group, version }: ResourceInfo, kind: string): string {
  return [...group.split(".").reverse(), version, kind].join(".");
}

const API_VERSION = {
  description: "The version of the schema of this representation of an object.",
  type: "string",
};
const KIND = { description: "The resource this object represents, in CamelCase.", type: "string" };

function definition(info: ResourceInfo, dialect: Dialect, reference: Reference): Schema {
  const { properties, ...rest } = info.objectType?.openApi?.(dialect) ?? { type: "object" };
  const metadata = reference("meta/v1.ObjectMeta");
  return {
    ...rest,
    properties: {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: dialect === "v3" ? { allOf: [metadata] } : metadata,
      ...without(properties as Record<string, Schema> | undefined, ["apiVersion", "kind", "metadata"]),
    },
    ...groupVersionKind(info, info.kind),
  };
}

function listDefinition(info: ResourceInfo, reference: Reference): Schema {
  const items = { description: `List of ${info.plural}.`, type: "array", items: reference(info.typeName) };
  const metadata = reference("meta/v1.ListMeta");
  return {
    description: `${info.listKind} is a list of ${info.kind}`,
    type: "object",
    required: ["items"],
    properties: { apiVersion: API_VERSION, items, kind: KIND, metadata },
    ...groupVersionKind(info, info.listKind),
  };
}

function groupVersionKind({ group, version }: ResourceInfo, kind: string): Schema {
  return { "x-kubernetes-group-version-kind": [{ group, kind, version }] };
}

function without(properties: Record<string, Schema> | undefined, names: readonly string[]): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => !names.includes(name)));
}
