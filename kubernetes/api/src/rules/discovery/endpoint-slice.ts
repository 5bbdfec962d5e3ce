/** EndpointSlice. */

import { isIP } from "node:net";
import type { Endpoint, EndpointPort, EndpointSlice } from "@skiff/api/discovery/v1";
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isPortNumber, isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, invalid, required, tooMany } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkNonSpecialIp } from "../meta/addresses.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { warnOfIp } from "../meta/warning-parts.ts";

const ENDPOINTS_LIMIT = 1000;
const PORTS_LIMIT = 20000;
const ADDRESSES_LIMIT = 100;

function validate(slice: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  checkOneOf(slice.addressType, ["FQDN", "IPv4", "IPv6"], "addressType", errors);
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > ENDPOINTS_LIMIT) errors.push(tooMany("endpoints", endpoints.length, ENDPOINTS_LIMIT));
  else {
    endpoints.forEach((endpoint, index) => {
      checkEndpoint(endpoint, slice.addressType, `endpoints[${index}]`, errors);
    });
  }
  checkPorts(slice.ports ?? [], errors);
  return errors;
}

function checkEndpoint(endpoint: Endpoint, type: string, path: string, errors: FieldError[]): void {
  const addresses = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, "must contain at least 1 address"));
  if (addresses.length > ADDRESSES_LIMIT) {
    errors.push(tooMany(`${path}.addresses`, addresses.length, ADDRESSES_LIMIT));
  }
  addresses.forEach((address, index) => {
    checkAddress(address, type, `${path}.addresses[${index}]`, errors);
  });
  if (endpoint.nodeName !== undefined) {
    for (const reason of isDns1123Subdomain(endpoint.nodeName)) {
      errors.push(invalid(`${path}.nodeName`, endpoint.nodeName, reason));
    }
  }
  if (endpoint.zone !== undefined) {
    for (const reason of isLabelValue(endpoint.zone)) errors.push(invalid(`${path}.zone`, endpoint.zone, reason));
  }
  if (endpoint.hostname !== undefined) {
    for (const reason of isDns1123Label(endpoint.hostname)) {
      errors.push(invalid(`${path}.hostname`, endpoint.hostname, reason));
    }
  }
  endpoint.hints?.forZones?.forEach((zone, index) => {
    for (const reason of isLabelValue(zone.name)) {
      errors.push(invalid(`${path}.hints.forZones[${index}].name`, zone.name, reason));
    }
  });
}

function checkAddress(address: string, type: string, field: string, errors: FieldError[]): void {
  if (type === "FQDN") {
    for (const reason of isDns1123Subdomain(address)) errors.push(invalid(field, address, reason));
    return;
  }
  if (isIP(address) !== (type === "IPv6" ? 6 : 4)) {
    errors.push(invalid(field, address, `must be a valid ${type} address`));
    return;
  }
  checkNonSpecialIp(address, field, errors);
}

function checkPorts(ports: readonly EndpointPort[], errors: FieldError[]): void {
  if (ports.length > PORTS_LIMIT) {
    errors.push(tooMany("ports", ports.length, PORTS_LIMIT));
    return;
  }
  const names = new Set<string>();
  ports.forEach(({ name = "", port, protocol, appProtocol }, index) => {
    const path = `ports[${index}]`;
    if (name !== "") for (const reason of isDns1123Label(name)) errors.push(invalid(`${path}.name`, name, reason));
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    checkOneOf(protocol, ["SCTP", "TCP", "UDP"], `${path}.protocol`, errors);
    if (port !== undefined) {
      for (const reason of isPortNumber(port)) errors.push(invalid(`${path}.port`, port, reason));
    }
    if (appProtocol === undefined) return;
    for (const reason of isQualifiedName(appProtocol)) errors.push(invalid(`${path}.appProtocol`, appProtocol, reason));
  });
}

export const endpointSliceRules: KindRules<EndpointSlice> = {
  warnings({ addressType, endpoints }) {
    const warnings: string[] = [];
    if (addressType === "FQDN") return warnings;
    endpoints?.forEach(({ addresses }, index) => {
      addresses?.forEach((address, at) => {
        warnOfIp(address, `endpoints[${index}].addresses[${at}]`, warnings);
      });
    });
    return warnings;
  },
  defaults(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= "";
      port.protocol ||= "TCP";
    }
  },
  validate,
  validateUpdate(slice, old) {
    const errors = validate(slice);
    checkImmutable(slice.addressType, old.addressType, "addressType", errors);
    return errors;
  },
  prepareForCreate(slice) {
    slice.metadata.generation = 1;
  },
  prepareForUpdate(slice, old) {
    const same =
      sameMeaning(slice.endpoints, old.endpoints) &&
      sameMeaning(slice.ports, old.ports) &&
      sameMeaning(slice.metadata.labels, old.metadata.labels, "labels");
    slice.metadata.generation = (old.metadata.generation ?? 0) + (same ? 0 : 1);
  },
};
