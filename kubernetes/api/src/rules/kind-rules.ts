/** What a kind adds to the generic handling of objects: defaults, validation, and which fields a write may touch. */
import type { NameCheck } from "../names.ts";
import type { FieldError } from "./field-error.ts";

type Scalar = string | number | boolean | bigint | symbol | null | undefined;

/** `T` with every `readonly` taken away at every depth: an object on its way into the store, owned by one request. */
export type Mutable<T> = T extends Scalar ? T : { -readonly [Key in keyof T]: Mutable<T[Key]> };

/** The rules of an update of a part of an object. */
export interface PartRules<T> {
  /** Puts back everything that is not of the part. */
  prepareForUpdate(object: Mutable<T>, old: T): void;
  /** What is wrong with the part. */
  validateUpdate(object: T, old: T): FieldError[];
}

/**
 * The rules of one kind, in one version. All functions are synchronous, keep no state and see decoded objects: field
 * types are as the schema says, unknown fields are gone. Objects passed as `T` are shared and must not be changed;
 * objects passed as `Mutable<T>` belong to the caller's request and are changed in place.
 *
 * The order on a create is: `metadata.name` and `metadata.uid` are set, then defaults, prepareForCreate, validate; what
 * is allocated (addresses and ports of Services) may come last. On an update: defaults, prepareForUpdate,
 * validateUpdate. On an update of `status`: defaults, prepareForStatusUpdate, validateStatusUpdate. `metadata` is
 * validated by the caller (see meta/object-meta.ts) with `name`; a kind reports only what is its own.
 */
export interface KindRules<T> {
  /** The check on `metadata.name`; a lowercase RFC 1123 subdomain where it is left out. */
  readonly name?: NameCheck;
  /** Whether finalizers may be of any form, as on kinds whose metadata Kubernetes checks only in general. */
  readonly anyFinalizer?: boolean;
  /** Fills in absent fields. Runs on every write; applying it twice must change nothing more. */
  defaults?(object: Mutable<T>): void;
  /** What is wrong with a new object. */
  validate?(object: T): FieldError[];
  /** What is wrong with replacing `old` by `object`: includes what `validate` would say, where it may have changed. */
  validateUpdate?(object: T, old: T): FieldError[];
  /** What is wrong with the new status. */
  validateStatusUpdate?(object: T, old: T): FieldError[];
  /** Clears what a client may not set on a create (status) and sets what the server sets (generation). */
  prepareForCreate?(object: Mutable<T>): void;
  /** What the defaults find to fill in when the stored object is read: done to a new one after its validation. */
  readBack?(object: Mutable<T>): void;
  /** Puts back what a plain update may not change (status) and counts the generation up when the spec changes. */
  prepareForUpdate?(object: Mutable<T>, old: T): void;
  /** Puts back what an update of the status may not change (spec, most of metadata). */
  prepareForStatusUpdate?(object: Mutable<T>, old: T): void;
  /** What an update through another path below the object than its status may change, such as `approval`. */
  readonly parts?: Readonly<Record<string, PartRules<T>>>;
  /** What the client should know of an object that is accepted; `old` is what it takes the place of. */
  warnings?(object: T, old: T | undefined): string[];
  /** The fields a field selector may name beside `metadata.name` and `metadata.namespace`, with their values. */
  selectableFields?(object: T): Record<string, string>;
  /** Whether a PUT to a name that does not exist creates the object. */
  readonly allowCreateOnUpdate?: boolean;
  /** Whether an update without `metadata.resourceVersion` is accepted, replacing whatever is there. True if left out. */
  readonly allowUnconditionalUpdate?: boolean;
}
