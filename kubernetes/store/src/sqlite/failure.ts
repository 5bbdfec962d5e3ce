import { StoreDamagedError, StoreFullError } from "../errors.ts";

// https://www.sqlite.org/rescode.html
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** A failure as it crosses from the writer's thread: errors lose their fields on the way. */
export interface Failure {
  readonly message: string;
  /** SQLite's result code, if the failure is SQLite's. */
  readonly code?: number;
}

/** What of an error is worth telling the other thread. */
export function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return code === undefined ? { message } : { message, code };
}

/** A failure as the error the store's contract names; others keep their message. */
export function toStoreError({ message, code }: Failure, path: string): Error {
  if (code === FULL) return new StoreFullError(`the disk of ${path} is full`);
  if (code === CORRUPT || code === NOT_A_DATABASE) return new StoreDamagedError(path, message);
  return new Error(message);
}

/** Runs what opens a database, and names the file in what goes wrong. */
export function opening<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const known = toStoreError(describeFailure(error), path);
    if (known instanceof StoreFullError || known instanceof StoreDamagedError) throw known;
    throw new Error(`Cannot open the store ${path}: ${known.message}`, { cause: error });
  }
}

/** SQLite's primary result code; node:sqlite gives the extended one. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}
