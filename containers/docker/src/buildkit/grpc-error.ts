/** Failures in gRPC's terms. */

/** The codes that are told or looked at here (google.rpc.Code). */
export const grpcCode = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** A failure that carries its code, and what BuildKit's clients make more of, as encoded messages of google.protobuf.Any. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: number;
  readonly details: readonly ErrorDetail[];

  constructor(
    code: number,
    message: string,
    { details = [], cause }: { details?: readonly ErrorDetail[]; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** One google.protobuf.Any. */
export interface ErrorDetail {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}
