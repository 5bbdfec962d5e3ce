/** The merging of built-in kinds, from the table of types. */
import { isAtomicStruct } from "../schema/atomic-structs.ts";
import { type FieldInfo, typeOf } from "../schema/type-info.ts";
import type { Builtin, TypeRef } from "../schema/type-ref.ts";
import {
  type MergeField,
  type MergeMap,
  type MergeType,
  type PatchMarkers,
  type ScalarForm,
  UNTYPED_DEDUCED,
} from "./merge-type.ts";

const known = new Map<string, MergeType>();

/** How objects of the type merge (`core/v1.Pod`). Throws for a name that is not in the table. */
export function mergeTypeOf(typeName: string): MergeType {
  let type = known.get(typeName);
  if (!type) {
    type = ofNamed(typeName, undefined);
    known.set(typeName, type);
  }
  return type;
}

/** The scalars that have a JSON form of their own; every other builtin is a string. */
const SCALARS: Partial<Record<Builtin, ScalarForm>> = {
  bool: "boolean",
  int32: "numeric",
  int64: "numeric",
  float64: "numeric",
  goDuration: "numeric",
  quantity: "untyped",
  intOrString: "untyped",
  time: "untyped",
  microTime: "untyped",
  raw: "untyped",
};

function ofRef(ref: TypeRef, field: FieldInfo | undefined): MergeType {
  switch (ref.form) {
    case "pointer":
      return ofRef(ref.of, field);
    case "list":
      return { list: listOf(ref.of, field), patch: patchOf(field) };
    case "map":
      return { map: mapOf(ref.of, field?.mapType === "atomic"), patch: patchOf(field) };
    case "named":
      return field?.structType === undefined && field?.patchStrategy.length === 0
        ? mergeTypeOf(ref.name)
        : ofNamed(ref.name, field);
    case "builtin":
      if (ref.name === "json" || ref.name === "any" || ref.name === "fieldsV1") return UNTYPED_DEDUCED;
      return { scalar: SCALARS[ref.name] ?? "string" };
  }
}

function ofNamed(name: string, field: FieldInfo | undefined): MergeType {
  const info = typeOf(name);
  if (info.form === "string") return { scalar: "string" };
  if (info.form === "union") return UNTYPED_DEDUCED;
  const fields = new Map<string, MergeField>();
  const atomic = field?.structType === undefined ? isAtomicStruct(name) : field.structType === "atomic";
  const map: MergeMap = {
    atomic,
    element: undefined,
    field(member) {
      const ready = fields.get(member);
      if (ready) return ready;
      const declared = info.fields.get(member);
      if (!declared) return undefined;
      const made = { type: ofRef(declared.type, declared), default: defaultOf(declared) };
      fields.set(member, made);
      return made;
    },
  };
  return { map, patch: patchOf(field) };
}

function listOf(item: TypeRef, field: FieldInfo | undefined): NonNullable<MergeType["list"]> {
  const relationship = field?.listType === "map" || field?.listType === "set" ? field.listType : "atomic";
  let made: MergeType | undefined;
  return {
    relationship,
    keys: field?.listMapKeys ?? [],
    get item() {
      made ??= ofRef(item, undefined);
      return made;
    },
  };
}

function mapOf(value: TypeRef, atomic: boolean): MergeMap {
  let made: MergeType | undefined;
  return {
    atomic,
    field: () => undefined,
    get element() {
      made ??= ofRef(value, undefined);
      return made;
    },
  };
}

function patchOf(field: FieldInfo | undefined): PatchMarkers | undefined {
  if (!field || field.patchStrategy.length === 0) return undefined;
  return { strategies: field.patchStrategy, mergeKey: field.patchMergeKey };
}

function defaultOf({ default: declared }: FieldInfo): unknown {
  return declared === undefined || declared.startsWith("ref(") ? undefined : JSON.parse(declared);
}
