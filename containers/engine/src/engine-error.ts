/** What went wrong, for callers that decide on it. */
export type EngineErrorCode =
  | "not-found"
  | "conflict"
  | "invalid"
  | "too-large"
  | "unauthorized"
  | "unavailable"
  | "unsupported"
  | "internal";

/** What every engine operation rejects with when the cause is known. `message` is meant for people. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.code = code;
  }
}

/** True for an EngineError with that code. */
export function isEngineError(error: unknown, code: EngineErrorCode): error is EngineError {
  return error instanceof EngineError && error.code === code;
}
