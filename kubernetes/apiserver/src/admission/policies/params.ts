/** The objects a binding gives its policy to work with. */
import { fromLabelSelector, matches, type ResourceInfo } from "@skiff/api";
import type { ParamKind, ParamRef } from "@skiff/api/admissionregistration/v1";
import type { ApiObject } from "../../state/api-object.ts";
import type { Caches } from "../../state/caches.ts";
import type { ServedResources } from "../../state/served-resources.ts";

/** Thrown when a policy or its binding cannot work as it is written. */
export class ConfigurationError extends Error {}

/** What finding them reads. */
export interface ParamsDeps {
  readonly caches: Pick<Caches, "of">;
  readonly served: Pick<ServedResources, "findKind">;
}

/**
 * The parameters for a request in `namespace`: `[null]` where the policy takes none. Each is one evaluation. Throws
 * ConfigurationError.
 */
export function paramsOf(
  kind: ParamKind | undefined,
  ref: ParamRef | undefined,
  namespace: string,
  deps: ParamsDeps,
): readonly (ApiObject | null)[] {
  if (!kind || !ref) return [null];
  const info = paramResource(kind, deps);
  const prefix = prefixOf(info, ref, namespace);
  const { entries } = deps.caches.of(info);
  const found: ApiObject[] = [];
  if (ref.name) {
    const entry = entries.get(prefix + ref.name);
    if (entry) found.push(entry.object);
  } else if (ref.selector) {
    const selector = fromLabelSelector(ref.selector);
    for (const { object } of entries.under(prefix)) if (matches(selector, object.metadata.labels)) found.push(object);
  } else throw new ConfigurationError("one of name or selector must be provided");
  if (found.length === 0 && ref.parameterNotFoundAction === "Deny") {
    throw new ConfigurationError("no params found for policy binding with `Deny` parameterNotFoundAction");
  }
  return found;
}

/** The resource whose objects are of the kind. Throws ConfigurationError. */
export function paramResource(
  { apiVersion = "", kind = "" }: ParamKind,
  { served }: Pick<ParamsDeps, "served">,
): ResourceInfo {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/", 2) : ["", apiVersion];
  const info = served.findKind(group, version, kind);
  if (!info?.verbs.includes("list")) {
    throw new ConfigurationError(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`);
  }
  return info;
}

function prefixOf(info: ResourceInfo, ref: ParamRef, namespace: string): string {
  if (!info.namespaced) {
    if (ref.namespace) {
      throw new ConfigurationError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
    }
    return "";
  }
  const wanted = ref.namespace || namespace;
  if (wanted === "") {
    const why = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources";
    throw new ConfigurationError(why);
  }
  return `${wanted}/`;
}
