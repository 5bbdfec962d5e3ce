/** Whether the server behind an APIService is there: what its Service and endpoints say, then a look at its discovery. */
import type { APIServiceCondition } from "@skiff/api/apiregistration/v1";
import type { Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import type { RemoteApiService } from "./api-services.ts";

/** A condition before the time of its last change is known. */
export type Finding = Pick<APIServiceCondition, "status" | "reason" | "message">;

/** What is said of the group versions of this server itself. */
export const LOCAL: Finding = { status: "True", reason: "Local", message: "Local APIServices are always available" };

/** What is said when all is well. */
export const PASSED: Finding = { status: "True", reason: "Passed", message: "all checks passed" };

/** What is said when the server does not answer its discovery. */
export function failedDiscovery(message: string): Finding {
  return { status: "False", reason: "FailedDiscoveryCheck", message };
}

/** What is wrong with the Service and its endpoints, or undefined: then the server itself is to be asked. */
export function findFault(
  { spec }: RemoteApiService,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Finding | undefined {
  const { namespace = "", name = "", port = 443 } = spec.service;
  const where = `service/${name} in ${JSON.stringify(namespace)}`;
  const no = (reason: string, message: string): Finding => ({ status: "False", reason, message });
  if (!service) return no("ServiceNotFound", `${where} is not present`);
  if ((service.spec.type ?? "ClusterIP") !== "ClusterIP") return undefined;
  const found = service.spec.ports?.find((candidate) => candidate.port === port);
  if (!found) return no("ServicePortError", `${where} is not listening on port ${port}`);
  if (slices.length === 0) return no("EndpointsNotFound", `cannot find endpointslices for ${where}`);
  const portName = found.name ?? "";
  if (slices.some((slice) => isServing(slice, portName))) return undefined;
  const message = `endpointslices for ${where} have no addresses with port name ${JSON.stringify(portName)}`;
  return no("MissingEndpoints", message);
}

function isServing({ endpoints, ports }: EndpointSlice, portName: string): boolean {
  const ready = endpoints?.some(({ conditions }) => conditions?.ready !== false) ?? false;
  return ready && (ports?.some((port) => (port.name ?? "") === portName) ?? false);
}
