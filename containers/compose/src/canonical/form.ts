/** How attributes are printed: in which order, and which of them are left out because they say nothing. */

/** How one attribute is printed. */
export type Form =
  /** Left out where it is empty, zero or false: that is what its absence means. */
  | { readonly is: "value" }
  /** An amount or a duration whose zero is what its absence means. */
  | { readonly is: "amount" }
  /** Printed wherever it is written. */
  | { readonly is: "stated" }
  /** True where it is absent: JSON leaves out `false`, as `docker compose` does, and YAML says it, so that it can be read again. */
  | { readonly is: "opt-out" }
  /** A command: where it is the image's own JSON says so with `null`. */
  | { readonly is: "command" }
  /** Octal digits that are printed as the number that they are. */
  | { readonly is: "octal" }
  | { readonly is: "structure"; readonly attributes: Attributes; readonly isStated: boolean }
  /** Names to `of`, in the order of the names. */
  | { readonly is: "map"; readonly of: Form }
  | { readonly is: "list"; readonly of: Form };

/** Attributes in the order in which they are printed. */
export type Attributes = Readonly<Record<string, Form>>;

/** Forms without parts. */
export const value: Form = { is: "value" };
export const amount: Form = { is: "amount" };
export const stated: Form = { is: "stated" };
export const optOut: Form = { is: "opt-out" };
export const command: Form = { is: "command" };
export const octal: Form = { is: "octal" };
/** Names to texts. */
export const texts: Form = { is: "map", of: stated };

/** Attributes that are printed in this order, extensions behind them. */
export function structure(attributes: Attributes): Form {
  return { is: "structure", attributes, isStated: false };
}

/** A structure that JSON has even where nothing is in it. */
export function ever(attributes: Attributes): Form {
  return { is: "structure", attributes, isStated: true };
}

/** Names to values of one form. */
export function mapOf(of: Form): Form {
  return { is: "map", of };
}

/** Values of one form. */
export function listOf(of: Form): Form {
  return { is: "list", of };
}
