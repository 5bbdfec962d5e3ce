/** What a failed call means: etcd's errors are gRPC codes with fixed texts. */
import { type ServiceError, status } from "@grpc/grpc-js";
import {
  BadRequestError,
  CompactedError,
  FutureRevisionError,
  StoreFullError,
  StoreUnavailableError,
  TooLargeError,
} from "../errors.ts";

/** The cases a caller tells apart. `again`: another attempt, perhaps at another member, may succeed. */
export type Failure =
  | "again"
  | "token"
  | "compacted"
  | "future"
  | "no-lease"
  | "lease-exists"
  | "full"
  | "too-large"
  | "refused"
  | "other";

/** Sorts a failure. Everything thrown by a call that is not a gRPC error is `other`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StoreUnavailableError) return "again";
  if (!isServiceError(error)) return "other";
  const text = error.details;
  switch (error.code) {
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
    case status.ABORTED:
      return "again";
    case status.CANCELLED:
    case status.INTERNAL:
    case status.UNKNOWN:
      // A connection that breaks under a call, or a member that stops.
      return /RST_STREAM|no leader|server stopped|closed|Connection dropped|context canceled/i.test(text)
        ? "again"
        : "other";
    case status.UNAUTHENTICATED:
      return "token";
    case status.OUT_OF_RANGE:
      return /compacted/.test(text) ? "compacted" : "future";
    case status.NOT_FOUND:
      return /lease/.test(text) ? "no-lease" : "other";
    case status.FAILED_PRECONDITION:
      return /lease already exists/.test(text) ? "lease-exists" : "other";
    case status.RESOURCE_EXHAUSTED:
      return /received message larger/.test(text)
        ? "too-large"
        : /space exceeded/.test(text)
          ? "full"
          : /too many requests/.test(text)
            ? "again"
            : "refused";
    case status.INVALID_ARGUMENT:
      if (/request is too large/.test(text)) return "too-large";
      return /revision of auth store is old/.test(text) ? "token" : "refused";
    case status.PERMISSION_DENIED:
      return "refused";
    default:
      return "other";
  }
}

/** A failure as the error the store's contract names. `asked` is the revision the call was about. */
export function toStoreError(error: unknown, asked = 0): unknown {
  switch (failureOf(error)) {
    case "again":
      if (error instanceof StoreUnavailableError) return error;
      return new StoreUnavailableError(`etcd does not answer: ${textOf(error)}`, { cause: error });
    case "compacted":
      return new CompactedError(asked);
    case "future":
      return new FutureRevisionError(asked);
    case "full":
      return new StoreFullError("etcd has used up its quota (etcdctl alarm list): compact, defragment, or raise it");
    case "too-large":
      return new TooLargeError("etcd takes less in one request (its --max-request-bytes, 1.5 MiB unless changed)");
    case "no-lease":
    case "refused":
      return new BadRequestError(`etcd refuses the request: ${textOf(error)}`);
    case "token":
      return new StoreUnavailableError(`etcd refuses user and password: ${textOf(error)}`, { cause: error });
    default:
      return error;
  }
}

/** What etcd, or the way to it, says. */
export function textOf(error: unknown): string {
  return isServiceError(error) ? error.details : String(error);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "details" in error;
}
