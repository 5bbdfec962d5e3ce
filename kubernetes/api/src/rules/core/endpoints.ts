/** Endpoints, the older form of EndpointSlice. */
import type { EndpointAddress, EndpointPort, Endpoints } from "@skiff/api/core/v1";
import { isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkIp, checkNonSpecialIp } from "../meta/addresses.ts";
import { checkOneOf } from "../meta/one-of.ts";

function checkAddress(address: EndpointAddress, path: string, errors: FieldError[]): void {
  checkIp(address.ip, `${path}.ip`, errors);
  if (address.hostname) {
    for (const reason of isDns1123Label(address.hostname)) {
      errors.push(invalid(`${path}.hostname`, address.hostname, reason));
    }
  }
  if (address.nodeName !== undefined) {
    for (const reason of isDns1123Subdomain(address.nodeName)) {
      errors.push(invalid(`${path}.nodeName`, address.nodeName, reason));
    }
  }
  checkNonSpecialIp(address.ip, `${path}.ip`, errors);
}

function checkPort(port: EndpointPort, needsName: boolean, path: string, errors: FieldError[]): void {
  if (port.name) {
    for (const reason of isDns1123Label(port.name)) errors.push(invalid(`${path}.name`, port.name, reason));
  } else if (needsName) errors.push(required(`${path}.name`));
  for (const reason of isPortNumber(port.port ?? 0)) errors.push(invalid(`${path}.port`, port.port ?? 0, reason));
  checkOneOf(port.protocol, ["SCTP", "TCP", "UDP"], `${path}.protocol`, errors);
  if (port.appProtocol === undefined) return;
  for (const reason of isQualifiedName(port.appProtocol)) {
    errors.push(invalid(`${path}.appProtocol`, port.appProtocol, reason));
  }
}

function validate(endpoints: Endpoints): FieldError[] {
  const errors: FieldError[] = [];
  endpoints.subsets?.forEach((subset, index) => {
    const path = `subsets[${index}]`;
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    if (addresses.length === 0 && notReadyAddresses.length === 0) {
      errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
    }
    addresses.forEach((address, at) => {
      checkAddress(address, `${path}.addresses[${at}]`, errors);
    });
    notReadyAddresses.forEach((address, at) => {
      checkAddress(address, `${path}.notReadyAddresses[${at}]`, errors);
    });
    ports.forEach((port, at) => {
      checkPort(port, ports.length > 1, `${path}.ports[${at}]`, errors);
    });
  });
  return errors;
}

export const endpointsRules: KindRules<Endpoints> = {
  allowCreateOnUpdate: true,
  defaults(endpoints) {
    for (const subset of endpoints.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= "TCP";
  },
  validate,
  validateUpdate: validate,
};
