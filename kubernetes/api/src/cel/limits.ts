/** What expressions may cost, in cel-go's units: about as much work as a million steps takes a tenth of a second. */

/** One expression in one evaluation. */
export const PER_CALL_LIMIT = 1_000_000;
/** All expressions of one custom resource, or of one policy, together. */
export const RUNTIME_BUDGET = 10_000_000;
/** The most one rule of a schema may be estimated to cost. */
export const RULE_ESTIMATE_LIMIT = 10_000_000;
/** And all rules of a schema together. */
export const SCHEMA_ESTIMATE_LIMIT = 100_000_000;
