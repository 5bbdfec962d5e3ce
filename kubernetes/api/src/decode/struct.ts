/** Decoders of structs, maps and lists, built once per type from the table. */
import { type FieldInfo, type StructInfo, typeOf } from "../schema/type-info.ts";
import type { TypeRef } from "../schema/type-ref.ts";
import type { DecodeContext, Decoder } from "./context.ts";
import { scalarDecoder } from "./scalar.ts";

interface FieldPlan {
  readonly name: string;
  readonly decode: Decoder;
  /** An empty value is the same as none and is not kept. */
  readonly omitEmpty: boolean;
  /** What the field holds when it is not given; undefined where it then is absent. */
  readonly absent: ((context: DecodeContext) => unknown) | undefined;
}

const built = new Map<string, Decoder>();

/** The decoder of a struct. Fields are bound on first use, because types refer to each other in circles. */
export function structDecoder(info: StructInfo): Decoder {
  const known = built.get(info.name);
  if (known) return known;
  let plans: Map<string, FieldPlan> | undefined;
  let filled: FieldPlan[] = [];
  const goName = info.name.slice(info.name.indexOf(".") + 1);
  const decoder: Decoder = (value, context) => {
    if (!plans) {
      plans = new Map(Array.from(info.fields.values(), (field) => [field.name, planField(field)]));
      filled = [...plans.values()].filter((plan) => plan.absent);
    }
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) {
      context.wrongType(value, { form: "named", name: info.name });
      return undefined;
    }
    const outer = context.struct;
    const result: Record<string, unknown> = {};
    for (const [name, raw] of Object.entries(value)) {
      const plan = plans.get(name);
      if (!plan) {
        context.unknownField(name);
        continue;
      }
      context.struct = goName;
      context.path.push(name);
      const decoded = plan.decode(raw, context);
      context.path.pop();
      if (decoded !== undefined && !(plan.omitEmpty && isEmpty(decoded))) result[name] = decoded;
    }
    context.struct = outer;
    for (const plan of filled) {
      if (!Object.hasOwn(result, plan.name)) result[plan.name] = plan.absent?.(context);
    }
    return result;
  };
  built.set(info.name, decoder);
  return decoder;
}

function planField(field: FieldInfo): FieldPlan {
  return {
    name: field.name,
    decode: decoderOf(field.type),
    omitEmpty: field.optional && isEmptiable(field.type),
    absent: absentValue(field),
  };
}

function decoderOf(ref: TypeRef): Decoder {
  switch (ref.form) {
    case "pointer":
      return decoderOf(ref.of);
    case "list":
      return listDecoder(ref);
    case "map":
      return mapDecoder(ref);
    case "builtin":
      return scalarDecoder(ref.name, ref);
    case "named":
      return namedDecoder(ref.name, ref);
  }
}

function namedDecoder(name: string, ref: TypeRef): Decoder {
  const info = typeOf(name);
  if (info.form === "struct") return structDecoder(info);
  if (info.form === "string") return scalarDecoder("string", ref);
  const options = info.options.map((option) => ({ decode: decoderOf(option), form: option.form }));
  return (value, context) => {
    const wanted = Array.isArray(value) ? "list" : typeof value === "boolean" ? "builtin" : "named";
    const option = options.find(({ form }) => form === wanted) ?? options[0];
    return option?.decode(value, context);
  };
}

function listDecoder(ref: Extract<TypeRef, { of: TypeRef }>): Decoder {
  const item = decoderOf(ref.of);
  return (value, context) => {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) {
      context.wrongType(value, ref);
      return undefined;
    }
    return value.map((entry, index) => {
      context.path.push(index);
      const decoded = item(entry ?? emptyOf(ref.of), context);
      context.path.pop();
      return decoded;
    });
  };
}

function mapDecoder(ref: Extract<TypeRef, { of: TypeRef }>): Decoder {
  const item = decoderOf(ref.of);
  return (value, context) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) {
      context.wrongType(value, ref);
      return undefined;
    }
    const entries = Object.entries(value).map(([key, entry]) => {
      const decoded = item(entry ?? emptyOf(ref.of), context);
      return [key, decoded ?? null] as const;
    });
    return Object.fromEntries(entries);
  };
}

/** What a JSON null stands for among the items of a list or map. */
function emptyOf(ref: TypeRef): unknown {
  if (ref.form === "list") return [];
  if (ref.form === "map") return {};
  if (ref.form === "pointer") return emptyOf(ref.of);
  if (ref.form === "named") return typeOf(ref.name).form === "struct" ? {} : "";
  return zeroOf(ref.name);
}

function zeroOf(builtin: string): unknown {
  switch (builtin) {
    case "bool":
      return false;
    case "int32":
    case "int64":
    case "float64":
    case "goDuration":
      return 0;
    case "quantity":
      return "0";
    case "string":
    case "uid":
    case "nodeName":
    case "bytes":
      return "";
    default:
      return undefined;
  }
}

function absentValue(field: FieldInfo): FieldPlan["absent"] {
  const { type, optional } = field;
  if (type.form === "named") {
    const info = typeOf(type.name);
    if (info.form === "struct") {
      const decode = structDecoder(info);
      return (context) => decode({}, context);
    }
    return optional || info.form !== "string" ? undefined : () => "";
  }
  if (type.form === "builtin" && type.name === "quantity") return () => "0";
  if (optional || type.form === "pointer") return undefined;
  if (type.form === "list") return () => [];
  if (type.form === "map") return () => ({});
  const zero = zeroOf(type.name);
  return zero === undefined ? undefined : () => zero;
}

/** Pointers, value structs and types with a form of their own keep an empty value: it says something there. */
function isEmptiable(ref: TypeRef): boolean {
  if (ref.form === "list" || ref.form === "map") return true;
  if (ref.form === "named") return typeOf(ref.name).form === "string";
  return ref.form === "builtin" && ref.name !== "quantity" && zeroOf(ref.name) !== undefined;
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === "" || value === 0 || value === false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
