/** CRI's services in the form gRPC wants them. */
import type { ServiceDefinition } from "@grpc/grpc-js";
import { services } from "../generated/cri-wire.ts";
import type { MethodTable } from "../protobuf/wire-tables.ts";
import { decode, encode } from "./codec.ts";

/** Names one of the two services. */
export type ServiceName = keyof typeof services;

/** gRPC's limit of what one message may have, as kubelets set it. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** The methods of a service by their names in TypeScript. */
export function methodsOf(service: ServiceName): MethodTable {
  return services[service];
}

/** How gRPC calls the methods of a service, and how their messages are read and written. */
export function serviceDefinition(service: ServiceName): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methodsOf(service)).map(([name, { path, request, response, stream }]) => [
      name,
      {
        path,
        requestStream: false,
        responseStream: stream,
        requestSerialize: (value: object) => encode(request, value),
        requestDeserialize: (bytes: Buffer) => decode(request, bytes),
        responseSerialize: (value: object) => encode(response, value),
        responseDeserialize: (bytes: Buffer) => decode(response, bytes),
      },
    ]),
  );
}
