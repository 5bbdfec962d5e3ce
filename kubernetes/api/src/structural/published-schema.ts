/** A structural schema as OpenAPI documents publish it. */
import { additionalOf, itemsOf, type Schema } from "./schema.ts";

type Published = Readonly<Record<string, unknown>>;

/** The schema, less what the dialect has no words for. */
export function publishedSchema(schema: Schema, dialect: "v2" | "v3"): Published {
  return dialect === "v3" ? withParts(schema, { ...schema }, "v3") : version2(schema);
}

function version2(schema: Schema): Published {
  const {
    $schema: _dialect,
    id: _id,
    externalDocs: _docs,
    allOf: _all,
    anyOf: _any,
    oneOf: _one,
    not: _not,
    default: _default,
    nullable,
    ...rest
  } = schema;
  // What may be null, or of several types, has no type there that clients could check by.
  if (nullable || schema["x-kubernetes-int-or-string"]) {
    const { type: _type, items: _items, properties: _properties, additionalProperties: _more, ...untyped } = rest;
    return untyped;
  }
  if (schema["x-kubernetes-preserve-unknown-fields"]) {
    const { properties: _properties, items: _items, required: _required, ...open } = rest;
    return open;
  }
  return withParts(schema, rest, "v2");
}

function withParts(schema: Schema, own: Published, dialect: "v2" | "v3"): Published {
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  const publish = (part: Schema) => publishedSchema(part, dialect);
  const properties =
    schema.properties && Object.entries(schema.properties).map(([name, part]) => [name, publish(part)]);
  return {
    ...own,
    ...(items && { items: publish(items) }),
    ...(additional && { additionalProperties: publish(additional) }),
    ...(properties && { properties: Object.fromEntries(properties) }),
  };
}
