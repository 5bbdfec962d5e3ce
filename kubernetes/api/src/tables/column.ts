/** A column of the table `kubectl get` prints: its heading, and how a cell is read off an object. */
import type { ObjectWithMeta } from "../meta.ts";
import { age } from "./age.ts";

/** One column over objects of type `T`. `now` is in milliseconds since the epoch. */
export interface Column<T> {
  readonly name: string;
  readonly cell: (object: T, now: number) => unknown;
  readonly type?: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  readonly description?: string;
  /** Shown by `-o wide` only. */
  readonly wide?: true;
}

/** The columns of one kind, with the object type forgotten: callers pass objects of that kind. */
export type Columns = readonly Column<never>[];

/** What an empty cell shows. */
export const NONE = "<none>";

/** The name of the object. */
export const nameColumn: Column<ObjectWithMeta> = {
  name: "Name",
  format: "name",
  cell: ({ metadata }) => metadata.name,
};

/** How long ago the object was created. */
export const ageColumn: Column<ObjectWithMeta> = {
  name: "Age",
  cell: ({ metadata }, now) => age(metadata.creationTimestamp, now),
};

/** When the object was created, as a date. */
export const createdColumn: Column<ObjectWithMeta> = {
  name: "Created At",
  type: "date",
  cell: ({ metadata }) => metadata.creationTimestamp ?? "",
};
