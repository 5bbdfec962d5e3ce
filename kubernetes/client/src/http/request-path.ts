import type { Call, WatchCall } from "@skiff/api";

/** The URL path and query of a request: `/apis/apps/v1/namespaces/web/deployments/front/status?dryRun=All`. */
export function requestPath(call: Call | WatchCall, extra: Readonly<Record<string, string>> = {}): string {
  const { resource, namespace, name } = call;
  const subresource = "subresource" in call ? call.subresource : undefined;
  const parts = resource.group === "" ? ["api", resource.version] : ["apis", resource.group, resource.version];
  if (namespace && resource.namespaced) parts.push("namespaces", namespace);
  if (resource.plural !== "") parts.push(resource.plural);
  if (name) parts.push(name);
  if (subresource) parts.push(...subresource.split("/"));
  const path = `/${parts.map(encodeURIComponent).join("/")}`;
  const query = new URLSearchParams({ ...call.query, ...extra }).toString();
  return query ? `${path}?${query}` : path;
}
