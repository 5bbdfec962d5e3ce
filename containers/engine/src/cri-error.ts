/** gRPC status codes a CRI service answers with (https://grpc.io/docs/guides/status-codes). */
export const criCode = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** What a CRI call rejects with. `code` is the gRPC status code, `message` is meant for people. */
export class CriError extends Error {
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CriError";
    this.code = code;
  }
}
