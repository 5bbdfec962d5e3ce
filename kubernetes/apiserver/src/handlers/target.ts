import { type ResourceInfo, StatusError } from "@skiff/api";
import type { RequestInfo } from "../request-info.ts";

/** The resource of the path. Throws StatusError 404 when it is not served. */
export function resourceOf(info: RequestInfo): ResourceInfo {
  if (!info.resource) throw StatusError.pathNotFound();
  return info.resource;
}

/** The key of the object the path names. */
export function keyOf({ namespace, name, resource }: RequestInfo): string {
  return resource?.namespaced ? `${namespace}/${name}` : name;
}

/** What the keys of the path's collection start with: a namespace, or everything. */
export function collectionPrefix({ namespace, resource }: RequestInfo): string {
  return resource?.namespaced && namespace !== "" ? `${namespace}/` : "";
}

/** The one key a collection is narrowed down to by the name that is selected; undefined where that may be many. */
export function onlyKey(info: RequestInfo): string | undefined {
  if (info.name === "" || (info.resource?.namespaced && info.namespace === "")) return undefined;
  return keyOf(info);
}
