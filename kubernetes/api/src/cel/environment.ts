/** What an expression may mention: variables, types and functions. */

import type { CelType } from "./cel-type.ts";
import { arithmetic } from "./libraries/arithmetic.ts";
import { comparison } from "./libraries/comparison.ts";
import { conversions, TYPE_NAMES } from "./libraries/conversions.ts";
import { kubernetesLibraries } from "./libraries/kubernetes.ts";
import { logic } from "./libraries/logic.ts";
import { texts } from "./libraries/texts.ts";
import { times } from "./libraries/times.ts";
import type { Overload } from "./overload.ts";

/** The surroundings of expressions. Made once for many of them. */
export interface CelEnv {
  readonly variables: Readonly<Record<string, CelType>>;
  /** The forms of a function, of methods and others alike. */
  overloads(name: string): readonly Overload[];
  /** The type of that name. */
  namedType(name: string): CelType | undefined;
}

/** What an environment is made of. */
export interface EnvOptions {
  readonly variables: Readonly<Record<string, CelType>>;
  /** Types that may be constructed or named, by their names; a function where they are made as they are asked for. */
  readonly types?: Readonly<Record<string, CelType>> | ((name: string) => CelType | undefined);
  /** Functions beside those every expression in Kubernetes has. */
  readonly functions?: readonly Overload[];
}

let base: ReadonlyMap<string, readonly Overload[]> | undefined;

function baseFunctions(): ReadonlyMap<string, readonly Overload[]> {
  base ??= Map.groupBy(
    [...logic, ...comparison, ...arithmetic, ...conversions, ...times, ...texts, ...kubernetesLibraries],
    ({ name }) => name,
  );
  return base;
}

/** An environment with the functions expressions have in Kubernetes 1.36. */
export function createEnv({ variables, types = {}, functions = [] }: EnvOptions): CelEnv {
  const common = baseFunctions();
  const own = Map.groupBy(functions, ({ name }) => name);
  const none: readonly Overload[] = [];
  const ownType = (name: string): CelType | undefined => {
    if (typeof types === "function") return types(name);
    return Object.hasOwn(types, name) ? types[name] : undefined;
  };
  return {
    variables,
    overloads: (name) => {
      const added = own.get(name);
      const known = common.get(name) ?? none;
      return added ? [...known, ...added] : known;
    },
    namedType: (name) => ownType(name) ?? (Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined),
  };
}
