/** The OpenAPI documents the server publishes, generated when first asked for and kept as bytes. */
import { createHash } from "node:crypto";
import { typeTable } from "../generated/type-table.ts";
import { resources } from "../resources.ts";
import { type Operation, operationsOf, prefixOf } from "./operations.ts";
import { encodeOpenApiV2 } from "./protobuf.ts";
import { type Dialect, type Schema, SchemaSet } from "./schemas.ts";

/** What all documents begin with. */
export const INFO = { title: "Kubernetes", version: "v1.36.0" };

const PATCH_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];
const MEDIA_TYPES = ["application/json", "application/yaml"];

const BOOLEANS = new Set(["allowWatchBookmarks", "force", "orphanDependents", "sendInitialEvents", "watch"]);
const INTEGERS = new Set(["limit", "gracePeriodSeconds", "timeoutSeconds"]);

/** One published document of OpenAPI v3. `hash` changes when the content does, and may be cached forever under it. */
export interface OpenApiV3Document {
  readonly body: Buffer;
  readonly hash: string;
}

const served = [...new Map(resources.map(({ group, version }) => [prefixOf(group, version), { group, version }]))];
const documents = new Map<string, Buffer>();

function cached(key: string, build: () => object): Buffer {
  const known = documents.get(key);
  if (known) return known;
  const body = Buffer.from(JSON.stringify(build()));
  documents.set(key, body);
  return body;
}

/** The OpenAPI v2 document of everything served, as JSON. */
export function openApiV2(): Buffer {
  return cached("v2", () => {
    const schemas = new SchemaSet("v2");
    const paths = served.map(([, { group, version }]) => pathsOf(operationsOf(group, version), "v2", schemas));
    return { swagger: "2.0", info: INFO, paths: Object.assign({}, ...paths), definitions: schemas.schemas };
  });
}

/** The same in protobuf, which kubectl asks for where it finds no OpenAPI v3 document of a group. */
export function openApiV2Protobuf(): Buffer {
  const known = documents.get("v2 protobuf");
  if (known) return known;
  const body = encodeOpenApiV2(JSON.parse(openApiV2().toString()));
  documents.set("v2 protobuf", body);
  return body;
}

/** The paths that have an OpenAPI v3 document (`api/v1`, `apis/apps/v1`), each with its URL. */
export function openApiV3Paths(): Readonly<Record<string, { readonly serverRelativeURL: string }>> {
  return Object.fromEntries(
    served.map(([prefix]) => [prefix.slice(1), { serverRelativeURL: `/openapi/v3${prefix}?hash=${hashOf(prefix)}` }]),
  );
}

/** The OpenAPI v3 document of one group and version; undefined where that is not served. */
export function openApiV3(path: string): OpenApiV3Document | undefined {
  const entry = served.find(([prefix]) => prefix === `/${path}`);
  if (!entry) return undefined;
  const [prefix, { group, version }] = entry;
  const body = cached(prefix, () => {
    const schemas = new SchemaSet("v3");
    const paths = pathsOf(operationsOf(group, version), "v3", schemas);
    return { openapi: "3.0.0", info: INFO, paths, components: { schemas: schemas.schemas } };
  });
  return { body, hash: hashOf(prefix) };
}

let tableDigest: string | undefined;

/** Documents follow from the table, so the table's digest stands for theirs and none need be built to name it. */
function hashOf(prefix: string): string {
  tableDigest ??= createHash("sha256")
    .update(JSON.stringify([typeTable, resources]))
    .digest("hex");
  return createHash("sha256").update(`${tableDigest}${prefix}`).digest("hex").toUpperCase();
}

/** The paths of a document, whose schemas are put into `schemas`. */
export function pathsOf(
  operations: readonly Operation[],
  dialect: Dialect,
  schemas: SchemaSet,
  patchTypes: readonly string[] = PATCH_TYPES,
): Record<string, Schema> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const parameters = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) =>
      parameter(name, "path", dialect),
    );
    paths[operation.path] ??= parameters.length > 0 ? { parameters } : {};
    Object.assign(paths[operation.path] ?? {}, {
      [operation.method]: describe(operation, dialect, schemas, patchTypes),
    });
  }
  return paths;
}

function describe(operation: Operation, dialect: Dialect, schemas: SchemaSet, patchTypes: readonly string[]): Schema {
  const { group, version, kind } = operation;
  const common = {
    operationId: operation.id,
    tags: [`${group.split(".")[0] || "core"}_${version}`],
    "x-kubernetes-action": operation.action,
    "x-kubernetes-group-version-kind": { group, kind, version },
  };
  const query = operation.query.map((name) => parameter(name, "query", dialect));
  const bodyTypes = operation.body === "patch" ? patchTypes : MEDIA_TYPES;
  const body = operation.body === "patch" ? { type: "object" } : operation.body && schemas.reference(operation.body);
  const answer = schemas.reference(operation.answer);
  if (dialect === "v2") {
    const bodyParameter = body
      ? [{ name: "body", in: "body", required: operation.method !== "delete", schema: body }]
      : [];
    return {
      ...common,
      consumes: body ? bodyTypes : ["*/*"],
      produces: MEDIA_TYPES,
      parameters: [...bodyParameter, ...query],
      responses: { 200: { description: "OK", schema: answer }, 401: { description: "Unauthorized" } },
    };
  }
  return {
    ...common,
    parameters: query,
    ...(body && { requestBody: { content: contentOf(bodyTypes, body), required: operation.method !== "delete" } }),
    responses: {
      200: { description: "OK", content: contentOf(MEDIA_TYPES, answer) },
      401: { description: "Unauthorized" },
    },
  };
}

function contentOf(types: readonly string[], schema: Schema): Schema {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function parameter(name: string, place: "path" | "query", dialect: Dialect): Schema {
  const type = BOOLEANS.has(name) ? "boolean" : INTEGERS.has(name) ? "integer" : "string";
  const typed = dialect === "v2" ? { type, uniqueItems: true } : { schema: { type, uniqueItems: true } };
  return { name, in: place, ...(place === "path" && { required: true }), ...typed };
}
