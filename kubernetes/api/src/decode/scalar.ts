/** Decoders of the types that are one JSON value. */
import { parseQuantity } from "../quantity.ts";
import type { Builtin, TypeRef } from "../schema/type-ref.ts";
import type { Decoder } from "./context.ts";
import { canonicalMicroTime, canonicalTime } from "./time.ts";

/** The decoder of a builtin. `ref` is the type error messages name: a named string type decodes as `string`. */
export function scalarDecoder(builtin: Builtin, ref: TypeRef): Decoder {
  switch (builtin) {
    case "string":
    case "uid":
    case "nodeName":
    case "duration":
      return checked(ref, (value) => typeof value === "string");
    case "bool":
      return checked(ref, (value) => typeof value === "boolean");
    case "int32":
      return checked(ref, (value) => Number.isInteger(value) && Math.abs(Number(value) + 0.5) < 2 ** 31);
    case "int64":
    case "goDuration":
      return checked(ref, (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63);
    case "float64":
      return checked(ref, (value) => typeof value === "number");
    case "intOrString":
      return checked(ref, (value) => typeof value === "string" || Number.isInteger(value));
    case "raw":
    case "fieldsV1":
      return checked(ref, (value) => typeof value === "object" && !Array.isArray(value));
    case "json":
    case "any":
      return (value) => value;
    case "quantity":
      return converted(ref, (value) => parseQuantity(value.trim()).toString());
    case "bytes":
      return converted(ref, canonicalBase64);
    case "time":
      return converted(ref, canonicalTime);
    case "microTime":
      return converted(ref, canonicalMicroTime);
  }
}

function checked(ref: TypeRef, accepts: (value: unknown) => boolean): Decoder {
  return (value, context) => {
    if (value === null || value === undefined) return undefined;
    if (accepts(value)) return value;
    context.wrongType(value, ref);
    return undefined;
  };
}

/** A string with a spelling of its own. Quantities may also be given as numbers, as people write them in YAML. */
function converted(ref: TypeRef, convert: (text: string) => string): Decoder {
  const acceptsNumber = ref.form === "builtin" && ref.name === "quantity";
  return (value, context) => {
    if (value === null || value === undefined) return undefined;
    if (typeof value !== "string" && !(acceptsNumber && typeof value === "number")) {
      context.wrongType(value, ref);
      return undefined;
    }
    try {
      return convert(String(value));
    } catch (error) {
      // Parsers of values throw plain errors whose message is the API server's.
      if (!(error instanceof Error)) throw error;
      context.fail(error.message);
      return undefined;
    }
  };
}

function canonicalBase64(text: string): string {
  const bad = /[^A-Za-z0-9+/=\r\n]/.exec(text);
  if (bad) throw new Error(`illegal base64 data at input byte ${bad.index}`);
  const stripped = text.replace(/[\r\n]/g, "");
  const padding = /=*$/.exec(stripped)?.[0].length ?? 0;
  if (stripped.length % 4 !== 0 || padding > 2 || stripped.slice(0, -padding || undefined).includes("=")) {
    throw new Error(`illegal base64 data at input byte ${stripped.length - (stripped.length % 4)}`);
  }
  return stripped;
}
