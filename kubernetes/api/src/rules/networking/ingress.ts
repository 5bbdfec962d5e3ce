/** Ingress. */
import { isIP } from "node:net";
import type { HTTPIngressPath, Ingress, IngressBackend, IngressSpec } from "@skiff/api/networking/v1";
import {
  isDns1035Label,
  isDns1123Subdomain,
  isPathSegmentName,
  isPortName,
  isPortNumber,
  isWildcardDns1123Subdomain,
} from "../../names.ts";
import { type FieldError, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkIp } from "../meta/addresses.ts";
import { checkForm, checkOptionalForm, checkRequiredForm } from "../meta/formats.ts";
import { specAndStatus } from "../strategy.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

function validate({ spec }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.rules ?? []).length === 0 && spec.defaultBackend === undefined) {
    errors.push(invalid("spec", spec.rules ?? null, "either `defaultBackend` or `rules` must be specified"));
  }
  if (spec.defaultBackend) checkBackend(spec.defaultBackend, "spec.defaultBackend", errors);
  checkRules(spec, errors);
  spec.tls?.forEach(({ hosts, secretName }, index) => {
    hosts?.forEach((host, hostIndex) => {
      checkHost(host, `spec.tls[${index}].hosts[${hostIndex}]`, errors);
    });
    if (!secretName) return;
    for (const reason of isDns1123Subdomain(secretName)) {
      errors.push(invalid(`spec.tls[${index}].secretName`, secretName, reason));
    }
  });
  if (spec.ingressClassName !== undefined) {
    for (const reason of isDns1123Subdomain(spec.ingressClassName)) {
      errors.push(invalid("spec.ingressClassName", spec.ingressClassName, reason));
    }
  }
  return errors;
}

function checkHost(host: string, field: string, errors: FieldError[]): void {
  const check = host.includes("*") ? isWildcardDns1123Subdomain : isDns1123Subdomain;
  for (const reason of check(host)) errors.push(invalid(field, host, reason));
}

function checkRules(spec: IngressSpec, errors: FieldError[]): void {
  spec.rules?.forEach(({ host, http }, index) => {
    const path = `spec.rules[${index}]`;
    if (host) {
      if (isIP(host) !== 0) errors.push(invalid(`${path}.host`, host, "must be a DNS name, not an IP address"));
      checkHost(host, `${path}.host`, errors);
    }
    if (http === undefined) return;
    if ((http.paths ?? []).length === 0) errors.push(required(`${path}.http.paths`));
    http.paths?.forEach((rule, pathIndex) => {
      checkPath(rule, `${path}.http.paths[${pathIndex}]`, errors);
    });
  });
}

const unclear = ["//", "/./", "/../", "%2f", "%2F"];

function checkPath({ path = "", pathType, backend }: HTTPIngressPath, at: string, errors: FieldError[]): void {
  const field = `${at}.path`;
  if (!pathType) errors.push(required(`${at}.pathType`, "pathType must be specified"));
  else if (pathType === "Exact" || pathType === "Prefix") {
    if (!path.startsWith("/")) errors.push(invalid(field, path, "must be an absolute path"));
    if (path !== "") {
      for (const part of unclear)
        if (path.includes(part)) errors.push(invalid(field, path, `must not contain '${part}'`));
      for (const end of ["/..", "/."])
        if (path.endsWith(end)) errors.push(invalid(field, path, `cannot end with '${end}'`));
    }
  } else if (pathType === "ImplementationSpecific") {
    if (path !== "" && !path.startsWith("/")) errors.push(invalid(field, path, "must be an absolute path"));
  } else {
    errors.push(notSupported(`${at}.pathType`, pathType, ["Exact", "ImplementationSpecific", "Prefix"]));
  }
  checkBackend(backend ?? {}, `${at}.backend`, errors);
}

function checkBackend({ service, resource }: IngressBackend, field: string, errors: FieldError[]): void {
  if (service && resource) {
    errors.push(invalid(field, "", "cannot set both resource and service backends"));
    return;
  }
  if (resource) {
    checkOptionalForm(resource.apiGroup, isDns1123Subdomain, `${field}.resource.apiGroup`, errors);
    checkRequiredForm(resource.kind, isPathSegmentName, `${field}.resource.kind`, errors);
    checkRequiredForm(resource.name, isPathSegmentName, `${field}.resource.name`, errors);
    return;
  }
  if (!service) {
    errors.push(invalid(field, "", "resource or service backend is required"));
    return;
  }
  if (!service.name) errors.push(required(`${field}.service.name`));
  else {
    for (const reason of isDns1035Label(service.name)) {
      errors.push(invalid(`${field}.service.name`, service.name, reason));
    }
  }
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(invalid(field, "", "cannot set both port name & port number"));
  else if (name)
    for (const reason of isPortName(name)) errors.push(invalid(`${field}.service.port.name`, name, reason));
  else if (number) {
    for (const reason of isPortNumber(number)) errors.push(invalid(`${field}.service.port.number`, number, reason));
  } else errors.push(required(field, "port name or number is required"));
}

export const ingressRules: KindRules<Ingress> = {
  warnings({ metadata }) {
    if (metadata.annotations?.[CLASS_ANNOTATION] === undefined) return [];
    return [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`];
  },
  ...specAndStatus<Ingress>(() => ({ loadBalancer: {} })),
  validate(ingress) {
    const errors = validate(ingress);
    const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
    if (annotation !== undefined && ingress.spec.ingressClassName !== undefined) {
      const why = "can not be set when the class field is also set";
      errors.push(invalid(`annotations.${CLASS_ANNOTATION}`, annotation, why));
    }
    return errors;
  },
  validateUpdate: validate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    status?.loadBalancer?.ingress?.forEach(({ ip, hostname }, index) => {
      const path = `status.loadBalancer.ingress[${index}]`;
      if (ip) checkIp(ip, `${path}.ip`, errors);
      if (!hostname) return;
      checkForm(hostname, isDns1123Subdomain, `${path}.hostname`, errors);
      if (isIP(hostname) !== 0) {
        errors.push(invalid(`${path}.hostname`, hostname, "must be a DNS name, not an IP address"));
      }
    });
    return errors;
  },
};
