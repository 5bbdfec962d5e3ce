/** Kinds for the tests of apply: one of the table, or one with a schema of the test's own. */
import type { MergeType } from "../apply/merge-type.ts";
import { mergeTypeOf } from "../apply/table-merge-type.ts";
import type { ManagedObject, TrackedKind } from "../apply/write-tracking.ts";
import { decodeObject } from "../decode/decode-object.ts";
import { structOf } from "../schema/type-info.ts";

/** A kind of the table in its one version. */
export function tableKind(typeName: string, apiVersion: string): TrackedKind & { kind: string; blank: ManagedObject } {
  const blank = decodeObject({}, typeName, "Ignore").object as ManagedObject;
  return {
    ...schemaKind(mergeTypeOf(typeName), apiVersion),
    kind: structOf(typeName).name.replace(/^.*\./, ""),
    blank,
  };
}

/** A kind of which nothing is there before it is created. */
export function schemaKind(type: MergeType, apiVersion: string): TrackedKind & { kind: string; blank: ManagedObject } {
  return {
    type,
    apiVersion,
    kind: "Test",
    blank: { metadata: {} },
    ignored: {},
    versionView: (version) => (version === apiVersion ? { type, convert: (object) => object } : undefined),
  };
}
