/** What a server does to the objects of one kind: the same interface for the kinds of the table and for custom resources. */
import type { MergeType } from "./apply/merge-type.ts";
import type { CelType } from "./cel/cel-type.ts";
import type { Decoded, FieldValidation } from "./decode/decode-object.ts";
import type { FieldError } from "./rules/field-error.ts";
import type { Mutable } from "./rules/kind-rules.ts";
import type { Columns } from "./tables/column.ts";

/** Where an object has what its Scale shows, as the names along the way. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** Where the selector of what is counted is, as text. */
  readonly selector: readonly string[] | undefined;
}

/**
 * The objects of one kind, in one version. Handlers reach a kind through this alone; `objectTypeOf` finds it. All
 * functions are synchronous and keep no state; objects passed as `object` are shared and must not be changed, those
 * passed as `Mutable` belong to the request and are changed in place.
 */
export interface ObjectType {
  /** Reads a JSON value into the form objects are stored in: unknown fields reported and dropped. Throws StatusError 400. */
  decode(value: unknown, mode: FieldValidation, duplicates?: readonly string[]): Decoded;
  /** As `decode`, for a patched document; `strategic` is the patch where it was a strategic one. Throws StatusError 422. */
  decodePatched(value: unknown, mode: FieldValidation, strategic?: unknown): Decoded;
  /** Fills in what was left out. Applying it twice changes nothing more. */
  defaults(object: Mutable<object>): void;
  prepareForCreate(object: Mutable<object>): void;
  /** Fills in what reading a new object back from the store would; after its validation. */
  readBack?(object: Mutable<object>): void;
  prepareForUpdate(object: Mutable<object>, old: object): void;
  prepareForStatusUpdate(object: Mutable<object>, old: object): void;
  /** Brings what is stored, which may be older than the schema, in line with it; absent where nothing need be done. May change `object`. */
  fromStorage?(object: Mutable<object>): object;
  /** What is wrong with a new object, metadata first. */
  validateCreate(object: object): FieldError[];
  validateUpdate(object: object, old: object): FieldError[];
  validateStatusUpdate(object: object, old: object): FieldError[];
  /** As for the whole object, for an update of a part such as `approval`. Absent where there are no such parts. */
  prepareForPartUpdate?(part: string, object: Mutable<object>, old: object): void;
  validatePartUpdate?(part: string, object: object, old: object): FieldError[];
  /** What the client should know of an object that is accepted; `old` is what it takes the place of. */
  warnings?(object: object, old: object | undefined): string[];
  /** The fields a selector may name beside name and namespace; undefined where there are none. */
  readonly selectableFields: ((object: object) => Record<string, string>) | undefined;
  /** The columns of its table. */
  readonly columns: Columns;
  /** How its values are merged and owned. */
  readonly merge: MergeType;
  /** The document with a strategic merge patch applied; absent where the kind takes none. */
  strategicMerge?(document: object, patch: unknown): object;
  /** Where objects of a custom resource that can be scaled have their counts. */
  readonly scale?: ScalePaths | undefined;
  /** The schema that OpenAPI documents show, of a type that is not in the table. */
  openApi?(dialect: "v2" | "v3"): Readonly<Record<string, unknown>>;
  /** The type expressions outside its own schema know its objects by, of a type that is not in the table. */
  celType?(): CelType;
  /** What whoever uses the version is warned of. */
  readonly deprecation?: string | undefined;
  /** Whether a PUT to a name that does not exist creates the object. */
  readonly allowCreateOnUpdate: boolean;
  /** Whether an update without `metadata.resourceVersion` is accepted. */
  readonly allowUnconditionalUpdate: boolean;
}
