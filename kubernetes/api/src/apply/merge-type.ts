/**
 * What merging has to know of a place in an object: whether its parts are owned one by one, and how the items of a list are told
 * apart. It is the schema of structured-merge-diff, with the markers of strategic merge patch beside it. Patches and apply
 * walk this and nothing else, so a kind can be merged as soon as it has one: the built-in kinds from the table of types, custom
 * resources from their schemas.
 */

/** A place. It may accept several forms of value: one that has no entry here is an error there. Shared and immutable. */
export interface MergeType {
  readonly scalar?: ScalarForm | undefined;
  readonly list?: MergeList | undefined;
  readonly map?: MergeMap | undefined;
  /** The markers of strategic merge patch; only built-in kinds have them. */
  readonly patch?: PatchMarkers | undefined;
}

/** Which scalars a place accepts. */
export type ScalarForm = "string" | "numeric" | "boolean" | "untyped";

/** A place that accepts lists. `item` may be a getter: types refer to themselves. */
export interface MergeList {
  /** `atomic`: owned whole. `set`: the items are told apart by their value. `map`: by the values of `keys`. */
  readonly relationship: "atomic" | "set" | "map";
  readonly keys: readonly string[];
  readonly item: MergeType;
}

/** A place that accepts objects: a struct has fields, a map has elements, and either may be owned whole. */
export interface MergeMap {
  readonly atomic: boolean;
  /** A field the schema declares. */
  field(name: string): MergeField | undefined;
  /** The type behind every other name; undefined where another name is an error. May be a getter. */
  readonly element: MergeType | undefined;
}

/** A declared field. `default` stands for a missing key of an item in a list of type map. */
export interface MergeField {
  readonly type: MergeType;
  readonly default?: unknown;
}

/** What the Go types say to strategic merge patch: `patchStrategy` and `patchMergeKey`. */
export interface PatchMarkers {
  readonly strategies: readonly string[];
  readonly mergeKey?: string | undefined;
}

/** A place nothing is known of, whose values are owned whole. */
export const UNTYPED_ATOMIC: MergeType = {
  scalar: "untyped",
  list: {
    relationship: "atomic",
    keys: [],
    get item() {
      return UNTYPED_ATOMIC;
    },
  },
  map: {
    atomic: true,
    field: () => undefined,
    get element() {
      return UNTYPED_ATOMIC;
    },
  },
};

/** A place nothing is known of, whose objects are owned member by member, and lists whole: `x-kubernetes-preserve-unknown-fields`. */
export const UNTYPED_DEDUCED: MergeType = {
  scalar: "untyped",
  list: { relationship: "atomic", keys: [], item: UNTYPED_ATOMIC },
  map: {
    atomic: false,
    field: () => undefined,
    get element() {
      return UNTYPED_DEDUCED;
    },
  },
};
