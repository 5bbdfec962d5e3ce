/** The downward API: what a container may be told about its own Pod. */
import { parseQuantity } from "@skiff/api";
import type { Pod, ResourceFieldSelector } from "@skiff/api/core/v1";
import { findContainer } from "./containers.ts";

/** What a field may depend on besides the Pod object: its addresses are known here before the API has them. */
export interface PodFacts {
  readonly pod: Pod;
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  /** What stands in for a limit that is not set, by resource name. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The text of a field path such as `metadata.labels['app']`; throws for one the downward API does not offer. */
export function podField(facts: PodFacts, path: string): string {
  const { pod } = facts;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript) return pod.metadata[subscript[1] as "labels" | "annotations"]?.[subscript[2] ?? ""] ?? "";
  const read = FIELDS[path];
  if (!read) throw new Error(`unsupported fieldPath: ${path}`);
  return read(facts);
}

const FIELDS: Readonly<Record<string, (facts: PodFacts) => string>> = {
  "metadata.name": ({ pod }) => pod.metadata.name ?? "",
  "metadata.namespace": ({ pod }) => pod.metadata.namespace ?? "",
  "metadata.uid": ({ pod }) => pod.metadata.uid ?? "",
  "metadata.labels": ({ pod }) => lines(pod.metadata.labels),
  "metadata.annotations": ({ pod }) => lines(pod.metadata.annotations),
  "spec.nodeName": ({ nodeName }) => nodeName,
  "spec.serviceAccountName": ({ pod }) => pod.spec.serviceAccountName ?? "",
  "status.hostIP": ({ hostIPs }) => hostIPs[0] ?? "",
  "status.hostIPs": ({ hostIPs }) => hostIPs.join(","),
  "status.podIP": ({ podIPs }) => podIPs[0] ?? "",
  "status.podIPs": ({ podIPs }) => podIPs.join(","),
};

function lines(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map)
    .toSorted()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join("\n");
}

/** A container's request or limit divided by the divisor and rounded up; an unset limit is what the node has. */
export function resourceField(facts: PodFacts, selector: ResourceFieldSelector, ownName?: string): string {
  const name = selector.containerName || ownName || "";
  const container = findContainer(facts.pod, name)?.container;
  if (!container) throw new Error(`container ${name} not found`);
  const match = /^(limits|requests)\.(.+)$/.exec(selector.resource);
  if (!match) throw new Error(`unsupported container resource : ${selector.resource}`);
  const [, kind, resource = ""] = match;
  const { limits, requests } = container.resources ?? {};
  const limit = limits?.[resource];
  const text = kind === "limits" ? (limit ?? facts.allocatable[resource]) : (requests?.[resource] ?? limit);
  const quantity = parseQuantity(text ?? "0");
  const divisor = selector.divisor && selector.divisor !== "0" ? parseQuantity(selector.divisor) : parseQuantity("1");
  const amount =
    resource === "cpu"
      ? Math.ceil(quantity.milliValue() / divisor.milliValue())
      : Math.ceil(quantity.value() / divisor.value());
  return String(amount);
}
