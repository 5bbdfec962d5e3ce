/** meta.k8s.io/v1 Table and PartialObjectMetadata: what `kubectl get` asks for in place of whole objects. */
import type { ListMeta, PartialObjectMetadata, Table } from "./generated/types/meta/v1.ts";
import type { ObjectWithMeta } from "./meta.ts";
import { objectTypeOf } from "./object-types.ts";
import type { ResourceInfo } from "./resource-info.ts";

/** What a table row carries beside its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** How a table is made. */
export interface TableOptions {
  /** `Metadata` if left out. */
  readonly includeObject?: IncludeObject | undefined;
  /** The list's metadata: resourceVersion, continue, remainingItemCount. */
  readonly listMeta?: ListMeta | undefined;
  /** Milliseconds since the epoch, for the ages. */
  readonly now: number;
}

/** The objects as a table with the columns of their kind. A watch sends one object per table. */
export function tableFor(info: ResourceInfo, objects: readonly object[], options: TableOptions): Table {
  const columns = objectTypeOf(info).columns;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: options.listMeta ?? {},
    columnDefinitions: columns.map(({ name, type, format, wide, description }) => ({
      name,
      type: type ?? "string",
      format: format ?? "",
      description: description ?? "",
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object as never, options.now)),
      object: rowObject(object, options.includeObject ?? "Metadata"),
    })),
  };
}

function rowObject(object: object, include: IncludeObject): Readonly<Record<string, unknown>> | undefined {
  if (include === "None") return undefined;
  if (include === "Object") return object as Readonly<Record<string, unknown>>;
  return { ...partialObjectMetadata(object as ObjectWithMeta) };
}

/** An object's metadata alone, under the kind that says so. */
export function partialObjectMetadata({ metadata }: ObjectWithMeta): PartialObjectMetadata {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}
