/** What an object of a resource costs of a quota. */

import type { ResourceName } from "../errors.ts";
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from "../generated/types/core/v1.ts";
import { Quantity } from "../quantity.ts";
import type { Amounts } from "./amounts.ts";
import { claimUsage, isClaimResource } from "./claims.ts";
import { isPodResource, missingPodResources, podUsage } from "./pods.ts";
import { claimInScope, podInScope, type ScopeRequirement, scopesOf } from "./scopes.ts";
import { serviceUsage } from "./services.ts";

/** How the objects of one resource are counted. */
export interface Evaluator {
  /** Whether a quota's hard limit of this name is about objects of the resource. */
  counts(name: string): boolean;
  /** What one object takes. `now` in milliseconds since 1970. */
  usage(object: object, now: number): Amounts;
  /** Why the object cannot be counted, when it does not state what the limits are about. */
  constraint(limits: readonly string[], object: object): string | undefined;
  inScope(scope: ScopeRequirement, object: object): boolean;
  /** Whether objects may come to cost more by being changed. */
  readonly changes: boolean;
}

const ONE = Quantity.of(1);
/** Resources that are counted under their bare name too. */
const BARE_NAMES = new Set(["configmaps", "resourcequotas", "replicationcontrollers", "secrets"]);
/** Asked and not stored, or too many to count. */
const UNCOUNTED = new Set(["bindings", "componentstatuses", "events"]);
const UNCOUNTED_GROUPS = new Set(["authentication.k8s.io", "authorization.k8s.io", "events.k8s.io"]);

const known = new Map<string, Evaluator>();

/** The name every object of the resource is counted under, such as `count/deployments.apps`. */
export function countName({ group, plural }: ResourceName): string {
  return group === "" ? `count/${plural}` : `count/${plural}.${group}`;
}

/** How objects of the resource are counted; undefined when they never are. */
export function evaluatorOf({ group, plural }: ResourceName): Evaluator | undefined {
  if (UNCOUNTED_GROUPS.has(group) || (group === "" && UNCOUNTED.has(plural))) return undefined;
  const count = countName({ group, plural });
  let evaluator = known.get(count);
  if (!evaluator) {
    evaluator = make(group === "" ? plural : "", plural, count);
    known.set(count, evaluator);
  }
  return evaluator;
}

function make(core: string, plural: string, count: string): Evaluator {
  const one = (): Amounts => new Map([[count, ONE]]);
  switch (core) {
    case "pods":
      return {
        counts: (name) => name === count || isPodResource(name),
        usage: (object, now) => podUsage(object as Pod, now).set(count, ONE),
        constraint: (limits, object) => missingPodResources(limits, object as Pod),
        inScope: (scope, object) => podInScope(scope, object as Pod),
        changes: false,
      };
    case "services":
      return {
        counts: (name) => [count, "services", "services.nodeports", "services.loadbalancers"].includes(name),
        usage: (object) => serviceUsage(object as Service).set(count, ONE),
        constraint: () => undefined,
        inScope: () => false,
        changes: true,
      };
    case "persistentvolumeclaims":
      return {
        counts: (name) => name === count || isClaimResource(name),
        usage: (object) => claimUsage(object as PersistentVolumeClaim).set(count, ONE),
        constraint: () => undefined,
        inScope: (scope, object) => claimInScope(scope, object as PersistentVolumeClaim),
        changes: true,
      };
    default: {
      const bare = BARE_NAMES.has(core) ? plural : undefined;
      return {
        counts: (name) => name === count || name === bare,
        usage: () => (bare === undefined ? one() : one().set(bare, ONE)),
        constraint: () => undefined,
        inScope: () => false,
        changes: false,
      };
    }
  }
}

/** The names in `hard` that limit the object, when the quota is about it at all. */
export function limitsOn(
  evaluator: Evaluator,
  quota: ResourceQuota,
  hard: Readonly<Record<string, string>>,
  object: object,
): readonly string[] {
  const names = Object.keys(hard).filter((name) => evaluator.counts(name));
  if (names.length === 0) return names;
  return scopesOf(quota).every((scope) => evaluator.inScope(scope, object)) ? names : [];
}
