/** What a function is to the checker, the evaluator and the two that count costs: one form of arguments it takes. */
import type { CelType } from "./cel-type.ts";
import type { CelValue } from "./values.ts";

/** Sizes of arguments by position, the target of a method first: characters, bytes, items; 1 of anything else. */
export type Sizes = (argument: number) => number;

/** One form of a function or operator. */
export interface Overload {
  readonly name: string;
  readonly method: boolean;
  /** The target of a method is the first. */
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  /** Throws CelError. */
  call(...args: readonly CelValue[]): CelValue;
  /** What a call costs; 1 where left out. Grows with each size, so that bounds of sizes give bounds of costs. */
  readonly cost?: ((size: Sizes) => number) | undefined;
  /** The size of the result, likewise growing; where left out it is not known beforehand. */
  readonly resultSize?: ((size: Sizes) => number) | undefined;
}

/** What an overload may have beside its signature. */
export type Costs = Pick<Overload, "cost" | "resultSize">;

type Implementation = (...args: never[]) => CelValue;

/** `name(arguments)`. Arguments are of the types given when `call` gets them. */
export function func(
  name: string,
  parameters: readonly CelType[],
  result: CelType,
  call: Implementation,
  costs: Costs = {},
): Overload {
  return { name, method: false, parameters, result, call: call as Overload["call"], ...costs };
}

/** `target.name(arguments)`; the target is the first of `parameters`. */
export function method(
  name: string,
  parameters: readonly CelType[],
  result: CelType,
  call: Implementation,
  costs: Costs = {},
): Overload {
  return { ...func(name, parameters, result, call, costs), method: true };
}

/** What looking at every character costs, per character. */
const STRING_TRAVERSAL = 0.1;
const REGEX_LENGTH = 0.25;

/** Looking at every item of the first argument. */
export const traverseList: Costs = { cost: (size) => size(0) };

/** Looking at every character of the first argument. */
export const traverseString: Costs = { cost: (size) => traversal(size(0)) };

/** Looking at every character of the first argument, with a result as long as it. */
export const rewriteString: Costs = { cost: (size) => traversal(size(0)), resultSize: (size) => size(0) };

/** Searching for the second argument in the first. */
export const searchString: Costs = { cost: (size) => traversal(size(0)) * traversal(size(1)) };

/** Looking at both until they differ. */
export const compareStrings: Costs = { cost: (size) => traversal(Math.min(size(0), size(1))) };

/** Putting both together. */
export const joinStrings: Costs = {
  cost: (size) => traversal(size(0) + size(1)),
  resultSize: (size) => size(0) + size(1),
};

/** Matching a regular expression, the second argument, with the first. */
export const matchRegex: Costs = { cost: regexCost };

/** The cost of matching the second argument with the first. */
export function regexCost(size: Sizes): number {
  return Math.ceil((1 + size(0)) * STRING_TRAVERSAL) * Math.ceil(size(1) * REGEX_LENGTH);
}

/** The cost of looking at so many characters. */
export function traversal(characters: number): number {
  return Math.ceil(characters * STRING_TRAVERSAL);
}
