/** The policies that are bound, each with its bindings, and what has been compiled of them. */
import type { ResourceInfo } from "@skiff/api";
import type { MatchResources, ParamKind, ParamRef } from "@skiff/api/admissionregistration/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import type { Caches } from "../../state/caches.ts";

/** What both kinds of policies have. */
export interface Policy {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly paramKind?: ParamKind | undefined;
    readonly matchConstraints?: MatchResources | undefined;
    readonly failurePolicy?: string | undefined;
  };
}

/** What the bindings of both kinds have. */
export interface Binding {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly policyName?: string | undefined;
    readonly paramRef?: ParamRef | undefined;
    readonly matchResources?: MatchResources | undefined;
  };
}

/** A policy with its bindings, both by name. */
export interface RegisteredPolicy<P extends Policy, B extends Binding> {
  readonly policy: P;
  readonly bindings: readonly B[];
}

/** A function that answers the policies that have a binding, by name, and costs nothing while both stay the same. */
export function registeredPolicies<P extends Policy, B extends Binding>(
  caches: Pick<Caches, "of">,
  policies: ResourceInfo & { readonly _type?: P },
  bindings: ResourceInfo & { readonly _type?: B },
): () => readonly RegisteredPolicy<P, B>[] {
  const [policyCache, bindingCache] = [caches.of(policies), caches.of(bindings)];
  let known: readonly RegisteredPolicy<P, B>[] = [];
  let at = "";
  return () => {
    if (policyCache.entries.size === 0) return NONE;
    const now = `${policyCache.lastChange} ${bindingCache.lastChange}`;
    if (at === now) return known;
    at = now;
    const all = Array.from(bindingCache.entries.under(""), ({ object }) => object as unknown as B);
    const byPolicy = Map.groupBy(all, ({ spec }) => spec.policyName ?? "");
    known = Array.from(policyCache.entries.under(""), ({ object }) => {
      const policy = object as unknown as P;
      return { policy, bindings: byPolicy.get(policy.metadata.name) ?? [] };
    }).filter((one) => one.bindings.length > 0);
    return known;
  };
}

const NONE: readonly never[] = [];
