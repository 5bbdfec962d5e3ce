/** The columns `kubectl get` shows of custom resources. */
import type { CustomResourceColumnDefinition } from "@skiff/api/apiextensions/v1";
import type { ObjectWithMeta } from "../meta.ts";
import { age, duration } from "../tables/age.ts";
import { type Column, nameColumn } from "../tables/column.ts";
import { parseJsonPath } from "./json-path.ts";

const DEFAULT: readonly Column<ObjectWithMeta>[] = [
  {
    name: "Age",
    type: "date",
    cell: ({ metadata }, now) => age(metadata.creationTimestamp, now),
  },
];

/** The name, and what the definition says; the age where it says nothing. */
export function customColumns(
  definitions: readonly CustomResourceColumnDefinition[] | undefined,
): readonly Column<ObjectWithMeta>[] {
  if (!definitions || definitions.length === 0) return [nameColumn, ...DEFAULT];
  return [nameColumn, ...definitions.map(columnOf)];
}

function columnOf(definition: CustomResourceColumnDefinition): Column<ObjectWithMeta> {
  const path = parseJsonPath(definition.jsonPath);
  const type = definition.type as NonNullable<Column<never>["type"]>;
  return {
    name: definition.name,
    type,
    ...(definition.format && { format: definition.format }),
    ...(definition.description && { description: definition.description }),
    ...((definition.priority ?? 0) > 0 && { wide: true as const }),
    cell: (object, now) => cellOf(path.find(object)[0], type, now),
  };
}

function cellOf(value: unknown, type: string, now: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "string":
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date": {
      const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
      if (typeof value !== "string") return null;
      return Number.isNaN(time) ? "<invalid>" : duration(now - time);
    }
    default:
      return null;
  }
}
