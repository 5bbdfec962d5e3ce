import type { Node } from "@skiff/api/core/v1";
import { sameContent } from "../../state/same-content.ts";
import { refusal } from "../refusal.ts";
import type { Rule } from "./node-restriction.ts";

const RESTRICTED = "node-restriction.kubernetes.io";
/** Labels in the system's domains that a kubelet sets of itself. */
const OWN_LABELS = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
]);
const OWN_DOMAINS = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/** Its own Node, but not the taints, owners and labels by which others decide what runs on it. */
export const checkNode: Rule = (request, nodeName) => {
  const { operation, object, old } = request;
  const refuse = (why: string) => refusal(request, `node "${nodeName}" is not allowed to ${why}`);
  const name = request.name || object?.metadata.name || "";
  if (name !== nodeName) throw refuse(`modify node "${name}"`);
  const node = object as unknown as Node | undefined;
  if (operation === "CREATE") {
    if (node?.spec.configSource) throw refuse("create pods with a non-nil configSource");
    const labels = forbiddenLabels(node?.metadata.labels, undefined);
    if (labels.length > 0) throw refuse(`set the following labels: ${labels.join(", ")}`);
  }
  if (operation === "UPDATE" && node && old) {
    const before = old as unknown as Node;
    if (node.spec.configSource && !sameContent(node.spec.configSource, before.spec.configSource ?? {})) {
      throw refuse("update configSource to a new non-nil configSource");
    }
    if (!sameContent(node.spec.taints ?? [], before.spec.taints ?? [])) throw refuse("modify taints");
    const labels = forbiddenLabels(node.metadata.labels, before.metadata.labels);
    if (labels.length > 0) throw refuse(`modify labels: ${labels.join(", ")}`);
    if (!sameContent(node.metadata.ownerReferences ?? [], before.metadata.ownerReferences ?? [])) {
      throw refuse("modify ownerReferences");
    }
  }
};

type Labels = Readonly<Record<string, string>> | undefined;

function forbiddenLabels(now: Labels = {}, before: Labels = {}): string[] {
  const changed = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((key) => now[key] !== before[key]);
  return changed.filter(isForbidden).sort();
}

function isForbidden(label: string): boolean {
  const domain = label.includes("/") ? label.slice(0, label.indexOf("/")) : "";
  if (isIn(domain, RESTRICTED)) return true;
  if (!isIn(domain, "kubernetes.io") && !isIn(domain, "k8s.io")) return false;
  return !OWN_LABELS.has(label) && !OWN_DOMAINS.some((own) => isIn(domain, own));
}

function isIn(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}
