/** NetworkPolicy. */
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "@skiff/api/networking/v1";
import { isInRange } from "../../names.ts";
import { checkPortOrName } from "../core/probe.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkCidr, isCidr, isStrictSubnet } from "../meta/addresses.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { warnOfCidr } from "../meta/warning-parts.ts";
import { countGeneration } from "../strategy.ts";

function validate({ spec }: NetworkPolicy): FieldError[] {
  const errors: FieldError[] = [];
  checkLabelSelector(spec.podSelector, "spec.podSelector", errors);
  spec.ingress?.forEach((rule, index) => {
    checkRule(rule.ports, rule.from, "from", `spec.ingress[${index}]`, errors);
  });
  spec.egress?.forEach((rule, index) => {
    checkRule(rule.ports, rule.to, "to", `spec.egress[${index}]`, errors);
  });
  const types = spec.policyTypes ?? [];
  if (types.length > 2) {
    errors.push(invalid("spec.policyTypes", types, "may not specify more than two policyTypes"));
    return errors;
  }
  types.forEach((type, index) => {
    if (type === "Ingress" || type === "Egress") return;
    errors.push(notSupported(`spec.policyTypes[${index}]`, type, ["Ingress", "Egress"]));
  });
  return errors;
}

function checkRule(
  ports: readonly NetworkPolicyPort[] | undefined,
  peers: readonly NetworkPolicyPeer[] | undefined,
  side: "from" | "to",
  path: string,
  errors: FieldError[],
): void {
  ports?.forEach((port, index) => {
    checkPort(port, `${path}.ports[${index}]`, errors);
  });
  peers?.forEach((peer, index) => {
    checkPeer(peer, `${path}.${side}[${index}]`, errors);
  });
}

function checkPort({ protocol, port, endPort }: NetworkPolicyPort, path: string, errors: FieldError[]): void {
  if (protocol !== undefined && !["SCTP", "TCP", "UDP"].includes(protocol)) {
    errors.push(notSupported(`${path}.protocol`, protocol, ["SCTP", "TCP", "UDP"]));
  }
  if (port !== undefined) checkPortOrName(port, `${path}.port`, errors);
  if (endPort === undefined) return;
  if (port === undefined) errors.push(required(`${path}.endPort`, "may not be specified when `port` is not specified"));
  else if (typeof port === "string") {
    errors.push(invalid(`${path}.endPort`, endPort, "may not be specified when `port` is non-numeric"));
  } else {
    if (endPort < port) errors.push(invalid(`${path}.endPort`, endPort, "must be greater than or equal to `port`"));
    for (const reason of isInRange(endPort, 1, 65535)) errors.push(invalid(`${path}.endPort`, endPort, reason));
  }
}

function checkPeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  path: string,
  errors: FieldError[],
): void {
  checkLabelSelector(podSelector, `${path}.podSelector`, errors);
  checkLabelSelector(namespaceSelector, `${path}.namespaceSelector`, errors);
  if (ipBlock) checkIpBlock(ipBlock, `${path}.ipBlock`, errors);
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, "must specify a peer"));
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, "may not specify both ipBlock and another peer"));
  }
}

function checkIpBlock({ cidr, except }: IPBlock, path: string, errors: FieldError[]): void {
  if (!cidr) {
    errors.push(required(`${path}.cidr`));
    return;
  }
  checkCidr(cidr, `${path}.cidr`, errors);
  if (!isCidr(cidr)) return;
  except?.forEach((part, index) => {
    checkCidr(part, `${path}.except[${index}]`, errors);
    if (!isCidr(part) || isStrictSubnet(part, cidr)) return;
    errors.push(invalid(`${path}.except[${index}]`, part, "must be a strict subset of `cidr`"));
  });
}

export const networkPolicyRules: KindRules<NetworkPolicy> = {
  warnings({ spec }) {
    const warnings: string[] = [];
    const warn = (peers: readonly NetworkPolicyPeer[] | undefined, field: string): void => {
      peers?.forEach(({ ipBlock }, index) => {
        warnOfCidr(ipBlock?.cidr, `${field}[${index}].ipBlock.cidr`, warnings);
        ipBlock?.except?.forEach((cidr, at) => {
          warnOfCidr(cidr, `${field}[${index}].ipBlock.except[${at}]`, warnings);
        });
      });
    };
    for (const [index, rule] of (spec?.ingress ?? []).entries()) warn(rule.from, `spec.ingress[${index}].from`);
    for (const [index, rule] of (spec?.egress ?? []).entries()) warn(rule.to, `spec.egress[${index}].to`);
    return warnings;
  },
  defaults({ spec }) {
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ??= "TCP";
    }
    if ((spec.policyTypes ?? []).length > 0) return;
    spec.policyTypes = (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  },
  validate,
  validateUpdate: validate,
  prepareForCreate(policy) {
    policy.metadata.generation = 1;
  },
  prepareForUpdate(policy, old) {
    countGeneration<NetworkPolicy>(policy, old);
  },
};
