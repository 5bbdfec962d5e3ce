/** JSON Patch (RFC 6902). */
import { isDeepStrictEqual } from "node:util";
import { StatusError } from "../errors.ts";
import { isJsonObject, setKey } from "./json-value.ts";
import { unprocessablePatch } from "./patch-error.ts";

/** More operations than this in one patch are refused. */
const MAX_OPERATIONS = 10_000;

/** Copies may not grow the document beyond what a request could carry. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  readonly value: unknown;
}

/**
 * The document with the operations applied in order. `document` is not changed. Throws StatusError: 400 for no patch at
 * all, 413 for too many operations, 422 where one cannot be applied.
 */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  const list = readOperations(operations);
  if (list.length > MAX_OPERATIONS) {
    throw StatusError.tooLarge(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${list.length}`,
    );
  }
  const root = { document: structuredClone(document) };
  let copied = 0;
  for (const entry of list) {
    const operation = readOperation(entry);
    if (operation.op === "copy") {
      copied += JSON.stringify(read(root, operation.from) ?? null).length;
      if (copied > MAX_COPIED_BYTES) throw unprocessablePatch();
    }
    apply(root, operation);
  }
  return root.document;
}

function readOperations(operations: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(operations)) throw notInto(operations, "jsonpatch.Patch");
  const wrong = operations.find((entry) => !isJsonObject(entry) && entry !== null);
  if (wrong !== undefined) throw notInto(wrong, "jsonpatch.Operation");
  return operations.map((entry) => entry ?? {});
}

function notInto(value: unknown, type: string): StatusError {
  const found = Array.isArray(value)
    ? "array"
    : isJsonObject(value)
      ? "object"
      : value === null
        ? "null"
        : goName(value);
  return StatusError.badRequest(`json: cannot unmarshal ${found} into Go value of type ${type}`);
}

function goName(value: unknown): string {
  return typeof value === "boolean" ? "bool" : typeof value;
}

function readOperation(entry: Readonly<Record<string, unknown>>): Operation {
  const { op, path, from, value } = entry;
  if (typeof op !== "string" || typeof path !== "string") throw unprocessablePatch();
  if ((op === "move" || op === "copy") && typeof from !== "string") throw unprocessablePatch();
  if ((op === "add" || op === "replace") && !Object.hasOwn(entry, "value")) throw unprocessablePatch();
  return { op, path, from: typeof from === "string" ? from : "", value };
}

type Root = { document: unknown };

function apply(root: Root, { op, path, from, value }: Operation): void {
  if (op === "add") add(root, path, structuredClone(value));
  else if (op === "remove") remove(root, path);
  else if (op === "replace") replace(root, path, structuredClone(value));
  else if (op === "move") move(root, from, path);
  else if (op === "copy") add(root, path, structuredClone(read(root, from)));
  // What is absent equals null.
  else if (op !== "test" || !isDeepStrictEqual(locate(root, path) ?? null, value ?? null)) throw unprocessablePatch();
}

function move(root: Root, from: string, path: string): void {
  const moved = read(root, from);
  if (path.startsWith(`${from}/`)) throw unprocessablePatch();
  remove(root, from);
  add(root, path, moved);
}

function parsePointer(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw unprocessablePatch();
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at `pointer`; undefined where there is none. */
function locate(root: Root, pointer: string): unknown {
  let value = root.document;
  for (const part of parsePointer(pointer)) {
    if (Array.isArray(value)) value = value[indexIn(value, part, value.length - 1)];
    else if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}

function read(root: Root, pointer: string): unknown {
  const value = locate(root, pointer);
  if (value === undefined) throw unprocessablePatch();
  return value;
}

function parentOf(root: Root, pointer: string): { parent: unknown; key: string } {
  const key = parsePointer(pointer).at(-1) ?? "";
  return { parent: locate(root, pointer.slice(0, pointer.lastIndexOf("/"))), key };
}

function add(root: Root, pointer: string, value: unknown): void {
  if (pointer === "") {
    root.document = value;
    return;
  }
  const { parent, key } = parentOf(root, pointer);
  if (Array.isArray(parent)) parent.splice(key === "-" ? parent.length : indexIn(parent, key, parent.length), 0, value);
  else if (isJsonObject(parent)) setKey(parent, key, value);
  else throw unprocessablePatch();
}

function replace(root: Root, pointer: string, value: unknown): void {
  read(root, pointer);
  const { parent, key } = parentOf(root, pointer);
  if (pointer === "") root.document = value;
  else if (Array.isArray(parent)) parent[indexIn(parent, key, parent.length - 1)] = value;
  else if (isJsonObject(parent)) setKey(parent, key, value);
}

function remove(root: Root, pointer: string): void {
  if (pointer === "") throw unprocessablePatch();
  read(root, pointer);
  const { parent, key } = parentOf(root, pointer);
  if (Array.isArray(parent)) parent.splice(indexIn(parent, key, parent.length - 1), 1);
  else if (isJsonObject(parent)) delete (parent as Record<string, unknown>)[key];
}

function indexIn(list: readonly unknown[], part: string, last: number): number {
  const index = /^-?(0|[1-9]\d{0,9})$/.test(part) ? Number(part) : Number.NaN;
  // The API server also takes negative indexes, counted from the end.
  const position = index < 0 ? index + list.length : index;
  if (!(position >= 0 && position <= last)) throw unprocessablePatch();
  return position;
}
