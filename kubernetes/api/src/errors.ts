/** The catalogue of API errors: every failed request ends as one of these, carrying the `Status` the client is shown. */
import type { Status, StatusCause, StatusDetails } from "./generated/types/meta/v1.ts";
import { quote } from "./go-format.ts";
import { type FieldError, fieldErrorMessage } from "./rules/field-error.ts";

/** The part of a resource that messages name. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/** The part of a kind that messages name. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
}

type Failure = { readonly code: number; readonly reason: string; readonly message: string; details?: StatusDetails };

/** A request that failed, with the Status object that says so. `message` is the Status message. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: Status;
  readonly code: number;

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? "unknown error", options);
    this.status = status;
    this.code = status.code ?? 500;
  }

  static #of(failure: Failure, options?: ErrorOptions): StatusError {
    const { code, reason, message, details } = failure;
    const status: Status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...(details && { details }),
      code,
    };
    return new StatusError(status, options);
  }

  /** 404: the object does not exist. */
  static notFound(resource: ResourceName, name: string): StatusError {
    const message = `${qualified(resource)} ${quote(name)} not found`;
    return StatusError.#of({ code: 404, reason: "NotFound", message, details: named(resource, name) });
  }

  /** 404: the path leads nowhere. */
  static pathNotFound(): StatusError {
    const message = "the server could not find the requested resource";
    return StatusError.#of({ code: 404, reason: "NotFound", message, details: {} });
  }

  /** 409: an object of that name exists. */
  static alreadyExists(resource: ResourceName, name: string): StatusError {
    const message = `${qualified(resource)} ${quote(name)} already exists`;
    return StatusError.#of({ code: 409, reason: "AlreadyExists", message, details: named(resource, name) });
  }

  /** 409: every name tried for a `generateName` was taken. */
  static generateNameConflict(resource: ResourceName, name: string): StatusError {
    const message = `${qualified(resource)} ${quote(name)} already exists, the server was not able to generate a unique name for the object`;
    const details = { ...named(resource, name), retryAfterSeconds: 1 };
    return StatusError.#of({ code: 409, reason: "AlreadyExists", message, details });
  }

  /** 409: the object is not as the caller believed. Without `why`: its resourceVersion is stale. */
  static conflict(resource: ResourceName, name: string, why: string = STALE): StatusError {
    const message = `Operation cannot be fulfilled on ${qualified(resource)} ${quote(name)}: ${why}`;
    return StatusError.#of({ code: 409, reason: "Conflict", message, details: named(resource, name) });
  }

  /** 422: validation refused the object. */
  static invalid(kind: KindName, name: string, errors: readonly FieldError[]): StatusError {
    const qualifiedKind = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
    const suffix = errors.length === 0 ? "" : `: ${aggregate(errors)}`;
    const message = `${qualifiedKind} ${quote(name)} is invalid${suffix}`;
    const causes: StatusCause[] = errors.map((error) => ({
      reason: error.type,
      message: fieldErrorMessage(error),
      field: error.field,
    }));
    const details = { ...group(kind), ...(kind.kind && { kind: kind.kind }), ...(name !== "" && { name }), causes };
    return StatusError.#of({ code: 422, reason: "Invalid", message, details });
  }

  /** 400: the request makes no sense. */
  static badRequest(message: string): StatusError {
    return StatusError.#of({ code: 400, reason: "BadRequest", message });
  }

  /** 401: nobody is authenticated. */
  static unauthorized(message = "Unauthorized"): StatusError {
    return StatusError.#of({ code: 401, reason: "Unauthorized", message });
  }

  /** 403: this user, or this rule, does not allow it. `name` may be empty, `resource` absent for paths. */
  static forbidden(resource: ResourceName | undefined, name: string, why: string): StatusError {
    const subject = resource ? `${[qualified(resource), name && quote(name)].filter(Boolean).join(" ")} is ` : "";
    const details = resource ? named(resource, name) : {};
    return StatusError.#of({ code: 403, reason: "Forbidden", message: `${subject}forbidden: ${why}`, details });
  }

  /** 405: the path does not take this method. */
  static methodNotAllowed(): StatusError {
    const message = "the server does not allow this method on the requested resource";
    return StatusError.#of({ code: 405, reason: "MethodNotAllowed", message });
  }

  /** 405: the resource does not take this verb. */
  static methodNotSupported(resource: ResourceName, verb: string): StatusError {
    const message = `${verb} is not supported on resources of kind ${quote(qualified(resource))}`;
    return StatusError.#of({ code: 405, reason: "MethodNotAllowed", message, details: named(resource, "") });
  }

  /** 406: the client accepts no media type we have. */
  static notAcceptable(accepted: readonly string[]): StatusError {
    const message = `only the following media types are accepted: ${accepted.join(", ")}`;
    return StatusError.#of({ code: 406, reason: "NotAcceptable", message });
  }

  /** 413: the body, or the object, is over its limit. */
  static tooLarge(why: string): StatusError {
    const message = `Request entity is too large: ${why}`;
    return StatusError.#of({ code: 413, reason: "RequestEntityTooLarge", message });
  }

  /** 415: the body is in a format we do not read. */
  static unsupportedMediaType(accepted: readonly string[]): StatusError {
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
    return StatusError.#of({ code: 415, reason: "UnsupportedMediaType", message });
  }

  /** 410: the revision asked for is no longer kept; list again. */
  static expired(message: string): StatusError {
    return StatusError.#of({ code: 410, reason: "Expired", message });
  }

  /** 410: the thing is gone for good. */
  static gone(message: string): StatusError {
    return StatusError.#of({ code: 410, reason: "Gone", message });
  }

  /** 429: come back after `retryAfterSeconds`; causes say what was in the way (an eviction budget). */
  static tooManyRequests(message: string, retryAfterSeconds = 1, causes: readonly StatusCause[] = []): StatusError {
    const details = { ...(retryAfterSeconds > 0 && { retryAfterSeconds }), ...(causes.length > 0 && { causes }) };
    return StatusError.#of({ code: 429, reason: "TooManyRequests", message, details });
  }

  /** 504: the answer did not come in time; the operation may or may not have happened. */
  static timeout(why: string, retryAfterSeconds = 0): StatusError {
    const details = retryAfterSeconds > 0 ? { retryAfterSeconds } : {};
    return StatusError.#of({ code: 504, reason: "Timeout", message: `Timeout: ${why}`, details });
  }

  /** 504: the client asks for a revision this server has not seen yet. */
  static tooLargeResourceVersion(asked: number, current: number): StatusError {
    const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
    const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
    return StatusError.#of({ code: 504, reason: "Timeout", message, details: { retryAfterSeconds: 1, causes } });
  }

  /** 503: not now. */
  static serviceUnavailable(message: string): StatusError {
    return StatusError.#of({ code: 503, reason: "ServiceUnavailable", message });
  }

  /** 500: our fault. The cause stays in the log; `message` is what the client may see. */
  static internal(message: string, cause?: unknown): StatusError {
    const details = { causes: [{ message }] };
    const failure = { code: 500, reason: "InternalError", message: `Internal error occurred: ${message}`, details };
    return StatusError.#of(failure, cause === undefined ? undefined : { cause });
  }
}

const STALE = "the object has been modified; please apply your changes to the latest version and try again";

/** One line for several errors: the message itself for one, `[a, b]` without repetitions for more. */
function aggregate(errors: readonly FieldError[]): string {
  const messages = [...new Set(errors.map((error) => `${error.field}: ${fieldErrorMessage(error)}`))];
  return messages.length === 1 ? (messages[0] ?? "") : `[${messages.join(", ")}]`;
}

function qualified(resource: ResourceName): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

function group(of: { readonly group: string }): StatusDetails {
  return of.group === "" ? {} : { group: of.group };
}

function named(resource: ResourceName, name: string): StatusDetails {
  return { ...(name !== "" && { name }), ...group(resource), kind: resource.plural };
}

function hasReason(error: unknown, ...reasons: readonly string[]): error is StatusError {
  return error instanceof StatusError && reasons.includes(error.status.reason ?? "");
}

/** The object (or path) does not exist. */
export function isNotFound(error: unknown): error is StatusError {
  return hasReason(error, "NotFound");
}

/** An object of that name exists already. */
export function isAlreadyExists(error: unknown): error is StatusError {
  return hasReason(error, "AlreadyExists");
}

/** The object changed since it was read, or a precondition failed. */
export function isConflict(error: unknown): error is StatusError {
  return hasReason(error, "Conflict");
}

/** The revision asked for is compacted: list again. */
export function isGone(error: unknown): error is StatusError {
  return hasReason(error, "Expired", "Gone");
}

/** Validation refused the object. */
export function isInvalid(error: unknown): error is StatusError {
  return hasReason(error, "Invalid");
}

/** The caller may not do this. */
export function isForbidden(error: unknown): error is StatusError {
  return hasReason(error, "Forbidden");
}

/** The server asks the caller to slow down. */
export function isTooManyRequests(error: unknown): error is StatusError {
  return hasReason(error, "TooManyRequests");
}
