/** The types and functions with which expressions say what is to change. */
import { type CelType, DYN, func, type Overload, objectType, STRING } from "@skiff/api/cel";

/** What an expression of an apply configuration gives: `Object{spec: Object.spec{replicas: 3}}`. */
export const OBJECT = "Object";

/** One operation of a JSON patch. */
export const JSON_PATCH: CelType = objectType("JSONPatch", { op: STRING, path: STRING, from: STRING, value: DYN });

/** The type of that name: the parts of an object are named by their place in it, whatever the object. */
export function mutationType(name: string): CelType | undefined {
  if (name === "JSONPatch") return JSON_PATCH;
  if (name !== OBJECT && !name.startsWith(`${OBJECT}.`)) return undefined;
  return { kind: "object", name, field: () => ({ type: DYN }), fields: () => [] };
}

/** Beside the functions of all expressions: a name as one step of a path. */
export const mutationFunctions: readonly Overload[] = [
  func("jsonpatch.escapeKey", [STRING], STRING, (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1")),
];
