import type { StatusError } from "@skiff/api";
import { delay } from "../delay.ts";

const MAX_RETRIES = 10;
const MAX_WAIT_SECONDS = 60;

/** Thrown when a request got no answer: whether the server acted on it is unknown, unless it is marked unprocessed. */
export class ConnectionError extends Error {
  /** The server said that it has not looked at the request. */
  readonly unprocessed: boolean;

  constructor(message: string, o: { readonly cause?: unknown; readonly unprocessed: boolean }) {
    super(message, { cause: o.cause });
    this.name = "ConnectionError";
    this.unprocessed = o.unprocessed;
  }
}

/** A refusal that says when to come back: 429, or 5xx with Retry-After. */
export class RetryLater extends Error {
  readonly refusal: StatusError;
  readonly seconds: number;

  constructor(refusal: StatusError, seconds: number) {
    super(refusal.message);
    this.refusal = refusal;
    this.seconds = Math.min(seconds, MAX_WAIT_SECONDS);
  }
}

/**
 * Sends again, up to ten times, what the server asked to have later, what it never looked at and, where `idempotent`,
 * what broke on the way. Gives up with the last error.
 */
export async function withRetries<R>(
  send: () => Promise<R>,
  o: { readonly idempotent: boolean; readonly signal: AbortSignal },
): Promise<R> {
  for (let attempt = 0; ; attempt++) {
    o.signal.throwIfAborted();
    try {
      return await send();
    } catch (error) {
      const wait = waitBefore(error, o.idempotent, attempt);
      if (wait === undefined || o.signal.aborted) throw error instanceof RetryLater ? error.refusal : error;
      await delay(wait, o.signal);
    }
  }
}

function waitBefore(error: unknown, idempotent: boolean, attempt: number): number | undefined {
  if (attempt >= MAX_RETRIES) return undefined;
  if (error instanceof RetryLater) return error.seconds * 1000;
  if (error instanceof ConnectionError && (error.unprocessed || (idempotent && attempt < 2))) return 50 * 2 ** attempt;
  return undefined;
}
