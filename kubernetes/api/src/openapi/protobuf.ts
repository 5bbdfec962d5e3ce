/**
 * The OpenAPI v2 document in protobuf, as kubectl asks for it: package openapi.v2 of the gnostic project. Only what our
 * documents use is in here; maps are lists of named entries, and what has no type of its own is kept as text (JSON is YAML).
 */

/** Writes the content of a field. */
type Encoder = (value: unknown) => Uint8Array;
interface Field {
  readonly number: number;
  readonly encode: Encoder;
  /** `many`: a list with one field for each item. `number`: a whole number or a boolean. `double`: eight bytes. */
  readonly form?: "many" | "number" | "double";
}
type Fields = Readonly<Record<string, Field>>;
type Properties = Readonly<Record<string, unknown>>;

const NAME = 1;
const VALUE = 2;
const DELIMITED = 2;

const text: Encoder = (value) => Buffer.from(String(value));
const any: Encoder = (value) => field(2, text(JSON.stringify(value)));
const flag: Encoder = (value) => Uint8Array.of(value ? 1 : 0);
const eightBytes: Encoder = (value) => new Uint8Array(Float64Array.of(Number(value)).buffer);

const string = (number: number): Field => ({ number, encode: text });
const strings = (number: number): Field => ({ number, encode: text, form: "many" });
const boolean = (number: number): Field => ({ number, encode: flag, form: "number" });
const integer = (number: number): Field => ({ number, encode: (value) => varint(Number(value)), form: "number" });
const double = (number: number): Field => ({ number, encode: eightBytes, form: "double" });
const one = (number: number, encode: Encoder): Field => ({ number, encode });
const many = (number: number, encode: Encoder): Field => ({ number, encode, form: "many" });

/** A choice between messages, of which this is one. */
const wrapped =
  (number: number, encode: Encoder): Encoder =>
  (value) =>
    field(number, encode(value));

/** A map, as a message of named entries. */
const map =
  (number: number, encode: Encoder): Encoder =>
  (value) =>
    Buffer.concat(Object.entries(value as Properties).map(([key, item]) => named(number, key, encode(item))));

/** A message with these fields; what begins with `x-` goes where the message has its extensions. */
function message(fields: Fields, extensions: number): Encoder {
  return (value) => {
    const parts: Uint8Array[] = [];
    for (const [key, item] of Object.entries(value as Properties)) {
      const known = fields[key];
      if (known) parts.push(...written(known, item));
      else if (key.startsWith("x-")) parts.push(named(extensions, key, any(item)));
      else throw new Error(`the protobuf form of OpenAPI v2 has no field for ${key}`);
    }
    return Buffer.concat(parts);
  };
}

function written({ number, encode, form }: Field, value: unknown): Uint8Array[] {
  if (form === "double") return [varint(number * 8 + 1), encode(value)];
  if (form === "number") return [varint(number * 8), encode(value)];
  if (form === "many") return (value as readonly unknown[]).map((item) => field(number, encode(item)));
  return [field(number, encode(value))];
}

const schemaFields: Record<string, Field> = {
  $ref: string(1),
  format: string(2),
  title: string(3),
  description: string(4),
  default: one(5, any),
  multipleOf: double(6),
  maximum: double(7),
  exclusiveMaximum: boolean(8),
  minimum: double(9),
  exclusiveMinimum: boolean(10),
  maxLength: integer(11),
  minLength: integer(12),
  pattern: string(13),
  maxItems: integer(14),
  minItems: integer(15),
  uniqueItems: boolean(16),
  maxProperties: integer(17),
  minProperties: integer(18),
  required: strings(19),
  enum: many(20, any),
  type: one(22, wrapped(1, text)),
  example: one(30, any),
};
const schema = message(schemaFields, 31);
schemaFields.additionalProperties = one(21, (value) =>
  typeof value === "boolean" ? Buffer.concat([varint(2 * 8), flag(value)]) : wrapped(1, schema)(value),
);
schemaFields.items = one(23, wrapped(1, schema));
schemaFields.properties = one(25, map(1, schema));

const common: Fields = { in: string(2), description: string(3), name: string(4) };
const queryParameter = message({ required: boolean(1), ...common, type: string(6), uniqueItems: boolean(20) }, 23);
const pathParameter = message({ required: boolean(1), ...common, type: string(5), uniqueItems: boolean(19) }, 22);
const bodyParameter = message(
  { description: string(1), name: string(2), in: string(3), required: boolean(4), schema: one(5, schema) },
  6,
);

const parameter: Encoder = (value) => {
  const place = (value as Properties).in;
  if (place === "body") return field(1, field(1, bodyParameter(value)));
  return field(1, field(2, place === "path" ? field(4, pathParameter(value)) : field(3, queryParameter(value))));
};

const response = message({ description: string(1), schema: one(2, wrapped(1, schema)) }, 5);
const operation = message(
  {
    tags: strings(1),
    description: string(3),
    operationId: string(5),
    produces: strings(6),
    consumes: strings(7),
    parameters: many(8, parameter),
    responses: one(9, map(1, wrapped(1, response))),
  },
  13,
);
const pathItem = message(
  {
    get: one(2, operation),
    put: one(3, operation),
    post: one(4, operation),
    delete: one(5, operation),
    patch: one(8, operation),
    parameters: many(9, parameter),
  },
  10,
);
const document = message(
  {
    swagger: string(1),
    info: one(2, message({ title: string(1), version: string(2) }, 7)),
    paths: one(8, map(2, pathItem)),
    definitions: one(9, map(1, schema)),
  },
  16,
);

/** The document in protobuf. Throws for a property the message has no field for: our own documents have none. */
export function encodeOpenApiV2(openApi: object): Buffer {
  return Buffer.from(document(openApi));
}

function named(number: number, name: string, value: Uint8Array): Uint8Array {
  return field(number, Buffer.concat([field(NAME, text(name)), field(VALUE, value)]));
}

function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([varint(number * 8 + DELIMITED), varint(content.length), content]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
