import { fromLabelSelector, matches } from "@skiff/api";
import type { LabelSelector, ObjectMeta } from "@skiff/api/meta/v1";
import { cacheKey, type Informer } from "@skiff/client";
import { controllerOf } from "./owner-reference.ts";

interface Selecting {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly selector?: LabelSelector | undefined };
}

/** Gives for an object that nobody manages the keys of those `owners` that select it and so may adopt it. */
export function orphansOf<O extends Selecting>(owners: Informer<O>) {
  return (object: { readonly metadata: ObjectMeta }): string[] => {
    if (controllerOf(object)) return [];
    return owners.cache
      .byIndex("namespace", object.metadata.namespace ?? "")
      .filter(({ spec }) => spec.selector && matches(fromLabelSelector(spec.selector), object.metadata.labels ?? {}))
      .map(cacheKey);
  };
}
