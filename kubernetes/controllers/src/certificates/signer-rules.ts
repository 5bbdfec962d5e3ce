/** What the signers of this cluster sign (kubernetes.io/*): who a certificate may name and what it may be for. */
import type { RequestedSubject } from "./signer.ts";

const CLIENT = "kubernetes.io/kube-apiserver-client";
const KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
const KUBELET_SERVING = "kubernetes.io/kubelet-serving";

/** The signer of kubelets' client certificates, whose requests are approved by rule. */
export const kubeletClientSigner = KUBELET_CLIENT;

const BASE = ["digital signature", "key encipherment"];

/** Whether a signer is one of this cluster's. */
export function isOwnSigner(name: string): boolean {
  return name === CLIENT || name === KUBELET_CLIENT || name === KUBELET_SERVING;
}

/** Why the signer does not sign such a request; undefined when it does. */
export function refusalOf(signer: string, subject: RequestedSubject, usages: readonly string[]): string | undefined {
  switch (signer) {
    case CLIENT:
      return usagesRefusal(usages, "client auth");
    case KUBELET_CLIENT:
      return nodeRefusal(subject) ?? kubeletClientNames(subject) ?? usagesRefusal(usages, "client auth");
    case KUBELET_SERVING:
      return nodeRefusal(subject) ?? servingNames(subject) ?? usagesRefusal(usages, "server auth");
    default:
      return `the signer ${JSON.stringify(signer)} is not one of this cluster`;
  }
}

function nodeRefusal({ organizations, commonName }: RequestedSubject): string | undefined {
  if (organizations.length !== 1 || organizations[0] !== "system:nodes")
    return "subject organization is not system:nodes";
  return commonName.startsWith("system:node:") ? undefined : "subject common name does not begin with system:node: ";
}

function kubeletClientNames({ dnsNames, ipAddresses, emailAddresses, uris }: RequestedSubject): string | undefined {
  if (dnsNames.length > 0) return "DNS subjectAltNames are not allowed";
  if (emailAddresses.length > 0) return "Email subjectAltNames are not allowed";
  if (ipAddresses.length > 0) return "IP subjectAltNames are not allowed";
  return uris.length > 0 ? "URI subjectAltNames are not allowed" : undefined;
}

function servingNames({ dnsNames, ipAddresses, emailAddresses, uris }: RequestedSubject): string | undefined {
  if (dnsNames.length === 0 && ipAddresses.length === 0) return "DNS or IP subjectAltName is required";
  if (emailAddresses.length > 0) return "Email subjectAltNames are not allowed";
  return uris.length > 0 ? "URI subjectAltNames are not allowed" : undefined;
}

function usagesRefusal(usages: readonly string[], required: string): string | undefined {
  if (!usages.includes(required)) return `usages did not contain ${required}`;
  const odd = usages.filter((usage) => usage !== required && !BASE.includes(usage));
  return odd.length > 0 ? `usages contained disallowed values: ${odd.join(", ")}` : undefined;
}
