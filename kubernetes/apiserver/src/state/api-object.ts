import type { Mutable } from "@skiff/api";
import type { ObjectMeta } from "@skiff/api/meta/v1";

/** Any stored object: shared, immutable. */
export interface ApiObject {
  readonly kind?: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** An object on its way into the store, owned by one request. */
export type Draft = Mutable<ApiObject> & Record<string, unknown>;

/** A copy that the caller may change. */
export function draftOf(object: object): Draft {
  return structuredClone(object) as Draft;
}
