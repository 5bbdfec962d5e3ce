import { CriError, criCode } from "../cri-error.ts";
import { EngineError, type EngineErrorCode } from "../engine-error.ts";

const CODES: Readonly<Record<EngineErrorCode, number>> = {
  "not-found": criCode.notFound,
  conflict: criCode.failedPrecondition,
  invalid: criCode.invalidArgument,
  "too-large": criCode.invalidArgument,
  unauthorized: criCode.internal,
  unavailable: criCode.unavailable,
  unsupported: criCode.unimplemented,
  internal: criCode.internal,
};

/** Runs one CRI call: the one place where the engine's errors become CRI's. */
export async function answer<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof EngineError) throw new CriError(CODES[error.code], error.message, { cause: error });
    throw error;
  }
}

/** For calls this runtime does not have. */
export function unimplemented(method: string): CriError {
  return new CriError(criCode.unimplemented, `${method} is not implemented`);
}

/** Nanoseconds, as CRI counts time, for milliseconds. */
export function nanoseconds(milliseconds: number | undefined): number {
  return Math.round((milliseconds ?? 0) * 1000) * 1000;
}
