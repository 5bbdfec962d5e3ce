/** One condition of a label selector. */

/** How a requirement compares. `Equals` and `NotEquals` are `In` and `NotIn` of one value, kept apart for printing. */
export type SelectorOperator =
  | "In"
  | "NotIn"
  | "Equals"
  | "NotEquals"
  | "Exists"
  | "DoesNotExist"
  | "GreaterThan"
  | "LessThan";

/** One condition on one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}
