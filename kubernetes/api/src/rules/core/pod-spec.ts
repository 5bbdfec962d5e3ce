/** A PodSpec, in a Pod or in the template of something that makes Pods. */
import type { PodSpec } from "@skiff/api/core/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import {
  isDns1123Label,
  isDns1123Subdomain,
  isDns1123SubdomainWithUnderscore,
  isInRange,
  isQualifiedName,
} from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../field-error.ts";
import { checkIp } from "../meta/addresses.ts";
import { checkLabels } from "../meta/labels.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { checkAffinity, checkTolerations, checkTopologySpread } from "./affinity.ts";
import { checkAllContainers } from "./container.ts";
import { checkPodResources } from "./pod-resources.ts";
import { checkResources } from "./resource-requirements.ts";
import { checkHostUsers, checkPodSecurityContext } from "./security-context.ts";
import { checkVolumes } from "./volume.ts";

const MAX_INT32 = 2 ** 31 - 1;
const noClaims: ReadonlySet<string> = new Set();

/** Checks a PodSpec after its defaults. `pod` is the metadata of the Pod it is in, undefined in a template. */
export function checkPodSpec(
  spec: PodSpec | undefined,
  pod: ObjectMeta | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (spec === undefined) {
    errors.push(required(`${path}.containers`));
    return;
  }
  const volumes = checkVolumes(spec, pod?.name, `${path}.volumes`, errors);
  checkResourceClaims(spec, `${path}.resourceClaims`, errors);
  checkAllContainers(spec, volumes, path, errors);
  checkPodResources(spec, `${path}.resources`, errors);
  checkHostPortsMatch(spec, pod !== undefined, path, errors);
  checkOneOf(spec.restartPolicy, ["Always", "OnFailure", "Never"], `${path}.restartPolicy`, errors);
  const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
  checkOneOf(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`, errors);
  checkLabels(spec.nodeSelector, `${path}.nodeSelector`, errors);
  checkPodSecurityContext(spec, path, errors);
  checkAffinity(spec.affinity, `${path}.affinity`, errors);
  checkDns(spec, `${path}.dnsConfig`, errors);
  checkGates(spec, path, errors);
  checkTopologySpread(spec, `${path}.topologySpreadConstraints`, errors);
  checkHostUsers(spec, path, errors);
  checkNames(spec, path, errors);
  if (spec.activeDeadlineSeconds !== undefined) {
    for (const reason of isInRange(spec.activeDeadlineSeconds, 1, MAX_INT32)) {
      errors.push(invalid(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, reason));
    }
  }
  checkTolerations(spec.tolerations, `${path}.tolerations`, errors);
  checkHostAliases(spec, `${path}.hostAliases`, errors);
  if (spec.preemptionPolicy !== undefined) {
    const policies = ["PreemptLowerPriority", "Never"];
    checkOneOf(spec.preemptionPolicy, policies, `${path}.preemptionPolicy`, errors);
  }
  if (spec.overhead) checkResources({ limits: spec.overhead }, noClaims, `${path}.overhead`, errors);
  checkOs(spec, path, errors);
}

function checkResourceClaims(spec: PodSpec, list: string, errors: FieldError[]): void {
  const names = new Set<string>();
  spec.resourceClaims?.forEach((claim, index) => {
    const path = `${list}[${index}]`;
    if (!claim.name) errors.push(required(`${path}.name`));
    else if (names.has(claim.name)) errors.push(duplicate(`${path}.name`, claim.name));
    else checkFormat(claim.name, isDns1123Label, `${path}.name`, errors);
    names.add(claim.name);
    const { resourceClaimName, resourceClaimTemplateName } = claim;
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const why = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
      errors.push(invalid(path, claim, why));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(invalid(path, claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
    }
    checkFormat(resourceClaimName, isDns1123Subdomain, `${path}.resourceClaimName`, errors);
    checkFormat(resourceClaimTemplateName, isDns1123Subdomain, `${path}.resourceClaimTemplateName`, errors);
  });
}

function checkFormat(
  value: string | undefined,
  format: (value: string) => readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (!value) return;
  for (const reason of format(value)) errors.push(invalid(field, value, reason));
}

/** In a template a host port may be left out: it is filled in when the Pod is made. */
function checkHostPortsMatch(spec: PodSpec, isPod: boolean, path: string, errors: FieldError[]): void {
  if (spec.hostNetwork !== true) return;
  spec.containers?.forEach((container, index) => {
    container.ports?.forEach((port, portIndex) => {
      const hostPort = port.hostPort ?? 0;
      if (hostPort === port.containerPort || (!isPod && hostPort === 0)) return;
      const field = `${path}.containers[${index}].ports[${portIndex}].hostPort`;
      errors.push(invalid(field, hostPort, "must match `containerPort` when `hostNetwork` is true"));
    });
  });
}

/** What the C library's resolver can take. */
const NAMESERVERS_LIMIT = 3;
const SEARCHES_LIMIT = 32;
const SEARCH_LIST_LIMIT = 2048;

function checkDns(spec: PodSpec, field: string, errors: FieldError[]): void {
  const config = spec.dnsConfig;
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  if (spec.dnsPolicy === "None") {
    if (config === undefined) {
      errors.push(required(field, "must provide `dnsConfig` when `dnsPolicy` is None"));
      return;
    }
    if (nameservers.length === 0) {
      const why = "must provide at least one DNS nameserver when `dnsPolicy` is None";
      errors.push(required(`${field}.nameservers`, why));
      return;
    }
  }
  if (nameservers.length > NAMESERVERS_LIMIT) {
    const why = `must not have more than ${NAMESERVERS_LIMIT} nameservers`;
    errors.push(invalid(`${field}.nameservers`, nameservers, why));
  }
  nameservers.forEach((address, index) => {
    checkIp(address, `${field}.nameservers[${index}]`, errors);
  });
  if (searches.length > SEARCHES_LIMIT) {
    errors.push(invalid(`${field}.searches`, searches, `must not have more than ${SEARCHES_LIMIT} search paths`));
  }
  if (searches.join(" ").length > SEARCH_LIST_LIMIT) {
    const why = `must not have more than ${SEARCH_LIST_LIMIT} characters (including spaces) in the search list`;
    errors.push(invalid(`${field}.searches`, searches, why));
  }
  searches.forEach((search, index) => {
    if (search === ".") return;
    const domain = search.replace(/\.$/, "");
    for (const reason of isDns1123SubdomainWithUnderscore(domain)) {
      errors.push(invalid(`${field}.searches[${index}]`, domain, reason));
    }
  });
  options.forEach((option, index) => {
    if (!option.name) errors.push(required(`${field}.options[${index}]`, "must not be empty"));
  });
}

function checkGates(spec: PodSpec, path: string, errors: FieldError[]): void {
  spec.readinessGates?.forEach(({ conditionType = "" }, index) => {
    for (const reason of isQualifiedName(conditionType)) {
      errors.push(invalid(`${path}.readinessGates[${index}].conditionType`, conditionType, reason));
    }
  });
  const seen = new Set<string>();
  spec.schedulingGates?.forEach(({ name = "" }, index) => {
    const field = `${path}.schedulingGates[${index}]`;
    for (const reason of isQualifiedName(name)) errors.push(invalid(field, name, reason));
    if (seen.has(name)) errors.push(duplicate(field, name));
    seen.add(name);
  });
}

function checkNames(spec: PodSpec, path: string, errors: FieldError[]): void {
  checkFormat(spec.serviceAccountName, isDns1123Subdomain, `${path}.serviceAccountName`, errors);
  checkFormat(spec.nodeName, isDns1123Subdomain, `${path}.nodeName`, errors);
  checkFormat(spec.hostname, isDns1123Label, `${path}.hostname`, errors);
  checkFormat(spec.subdomain, isDns1123Label, `${path}.subdomain`, errors);
  checkFormat(spec.priorityClassName, isDns1123Subdomain, `${path}.priorityClassName`, errors);
  const override = spec.hostnameOverride;
  if (override !== undefined) {
    const field = `${path}.hostnameOverride`;
    for (const reason of isDns1123Subdomain(override)) errors.push(invalid(field, override, reason));
    if (override.length > 64) errors.push(invalid(field, override, "must be no more than 64 characters"));
    if (spec.setHostnameAsFQDN) errors.push(forbidden(field, "may not be specified when `setHostnameAsFQDN` is true"));
    if (spec.hostNetwork) errors.push(forbidden(field, "may not be specified when `hostNetwork` is true"));
  }
  const runtimeClass = spec.runtimeClassName;
  if (runtimeClass !== undefined) {
    for (const reason of isDns1123Subdomain(runtimeClass)) {
      errors.push(invalid(`${path}.runtimeClassName`, runtimeClass, reason));
    }
  }
}

function checkHostAliases(spec: PodSpec, list: string, errors: FieldError[]): void {
  spec.hostAliases?.forEach((alias, index) => {
    checkIp(alias.ip, `${list}[${index}].ip`, errors);
    alias.hostnames?.forEach((hostname, nameIndex) => {
      for (const reason of isDns1123Subdomain(hostname)) {
        errors.push(invalid(`${list}[${index}].hostnames[${nameIndex}]`, hostname, reason));
      }
    });
  });
}

function checkOs(spec: PodSpec, path: string, errors: FieldError[]): void {
  if (spec.os === undefined) return;
  if (!spec.os.name) {
    errors.push(required(`${path}.os.name`, "cannot be empty"));
    return;
  }
  checkOneOf(spec.os.name, ["linux", "windows"], `${path}.os`, errors);
  if (spec.os.name !== "linux") return;
  const why = "windows options cannot be set for a linux pod";
  if (spec.securityContext?.windowsOptions) errors.push(forbidden(`${path}.securityContext.windowsOptions`, why));
  for (const list of ["initContainers", "containers"] as const) {
    spec[list]?.forEach((container, index) => {
      if (!container.securityContext?.windowsOptions) return;
      errors.push(forbidden(`${path}.${list}[${index}].securityContext.windowsOptions`, why));
    });
  }
}
