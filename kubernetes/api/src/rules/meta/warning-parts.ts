/** What the warnings of several kinds have in common. None of them says where the client may not be right. */
import { isIP } from "node:net";
import type { NodeSelector, NodeSelectorTerm } from "@skiff/api/core/v1";
import { isDns1123Label } from "../../names.ts";
import { parseQuantity } from "../../quantity.ts";
import { canonicalCidrReasons, canonicalIpReasons } from "./addresses.ts";

/** Labels of Nodes that have newer names. */
const oldNodeLabels: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** What is to be said of a label of Nodes, where it has a newer name. */
export function oldNodeLabel(label: string): string | undefined {
  return Object.hasOwn(oldNodeLabels, label) ? oldNodeLabels[label] : undefined;
}

/** Warns of old labels in the terms of a selector of Nodes. */
export function warnOfNodeSelector(selector: NodeSelector | undefined, field: string, warnings: string[]): void {
  selector?.nodeSelectorTerms?.forEach((term, index) => {
    warnOfNodeTerm(term, `${field}.nodeSelectorTerms[${index}]`, warnings);
  });
}

/** Warns of old labels in one term. */
export function warnOfNodeTerm({ matchExpressions }: NodeSelectorTerm, field: string, warnings: string[]): void {
  matchExpressions?.forEach(({ key }, index) => {
    const why = oldNodeLabel(key);
    if (why) warnings.push(`${field}.matchExpressions[${index}].key: ${key} is ${why}`);
  });
}

/** Warns of a part of a byte. */
export function warnOfFraction(amount: string | undefined, field: string, warnings: string[]): void {
  if (amount === undefined || parseQuantity(amount).milliValue() % 1000 === 0) return;
  warnings.push(`${field}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`);
}

/** Warns of a name that Pods will have in theirs, and that is too much for a hostname. */
export function warnOfHostname(name: string | undefined, whose: string, warnings: string[]): void {
  const reasons = isDns1123Label(name ?? "");
  if (reasons.length === 0) return;
  const why = `this is used in ${whose}, which can result in surprising behavior; a DNS label is recommended`;
  warnings.push(`metadata.name: ${why}: [${reasons.join(" ")}]`);
}

/** Warns of an IPv6 address in another form than the usual. */
export function warnOfIp(address: string | undefined, field: string, warnings: string[]): void {
  if (address === undefined || isIP(address) !== 6) return;
  const [reason] = canonicalIpReasons(address);
  if (reason === undefined) return;
  const canonical = reason.slice(reason.indexOf("("));
  warnings.push(
    `${field}: IPv6 address ${JSON.stringify(address)} should be in RFC 5952 canonical format ${canonical}`,
  );
}

/** Warns of a network whose address has bits beyond its length. */
export function warnOfCidr(cidr: string | undefined, field: string, warnings: string[]): void {
  const [reason] = canonicalCidrReasons(cidr ?? "");
  if (!cidr || !reason?.startsWith("must be in canonical")) return;
  const canonical = reason.slice(reason.indexOf('("') + 1, -1);
  const what = `CIDR value ${JSON.stringify(cidr)} is ambiguous in this context`;
  const address = cidr.split("/")[0] ?? "";
  const sameNetwork = JSON.parse(canonical) as string;
  if (canonicalIpReasons(address).length > 0 && sameNetwork.split("/")[0] !== address && address.includes(":")) {
    warnings.push(
      `${field}: IPv6 CIDR value ${JSON.stringify(cidr)} should be in RFC 5952 canonical format (${canonical})`,
    );
  } else warnings.push(`${field}: ${what} (should be ${canonical}?)`);
}
