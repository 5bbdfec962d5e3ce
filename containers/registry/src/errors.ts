/** Errors of the OCI distribution protocol: its codes, as they stand in the body of an answer. */

/** The codes of distribution-spec "Error Codes", and two for what never reached a registry. */
export type RegistryErrorCode =
  | "BLOB_UNKNOWN"
  | "BLOB_UPLOAD_INVALID"
  | "BLOB_UPLOAD_UNKNOWN"
  | "DENIED"
  | "DIGEST_INVALID"
  | "MANIFEST_BLOB_UNKNOWN"
  | "MANIFEST_INVALID"
  | "MANIFEST_UNKNOWN"
  | "NAME_INVALID"
  | "NAME_UNKNOWN"
  | "PAGINATION_NUMBER_INVALID"
  | "SIZE_INVALID"
  | "TOOMANYREQUESTS"
  | "UNAUTHORIZED"
  | "UNSUPPORTED"
  | "UNREACHABLE"
  | "INVALID_REFERENCE";

const STATUS: Readonly<Record<RegistryErrorCode, number>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  SIZE_INVALID: 413,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
  UNREACHABLE: 503,
  INVALID_REFERENCE: 400,
};

/** A failure of the distribution protocol, on either side of it. The message names what was asked for. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly code: RegistryErrorCode;

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The HTTP status a server answers this error with. */
  get status(): number {
    return STATUS[this.code];
  }
}

/** Whether the registry answered that the image, or a part of it, is not there. */
export function isNotFound(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.status === 404;
}

/** Whether the registry refused for want of credentials or of rights. */
export function isUnauthorized(error: unknown): error is RegistryError {
  return error instanceof RegistryError && (error.code === "UNAUTHORIZED" || error.code === "DENIED");
}

/** Whether no registry answered: no such host, no route, refused, timed out. */
export function isUnreachable(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code === "UNREACHABLE";
}
