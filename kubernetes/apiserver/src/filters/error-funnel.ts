import { StatusError } from "@skiff/api";
import { StoreFullError, StoreUnavailableError, TooLargeError } from "@skiff/store";
import type { Filter } from "../call.ts";
import type { Server } from "../server-parts.ts";

/**
 * The one place where a failure becomes an answer. What is neither a StatusError nor the store's to explain is our fault:
 * logged, answered with 500.
 */
export function errorFunnel({ log }: Pick<Server, "log">): Filter {
  return (next) => async (call) => {
    try {
      return await next(call);
    } catch (error) {
      if (!(error instanceof StatusError)) {
        const { verb, path } = call.info;
        if (call.incoming.signal.aborted) log.debug("request ended by its client", { verb, path });
        else log.error("request failed", { verb, path, error });
      }
      const known = error instanceof StatusError ? error : (ofStore(error) ?? unknownFailure(error));
      return { type: "object", code: known.code, object: known.status };
    }
  };
}

/** What a client is told when the store cannot do what was asked. */
function ofStore(error: unknown): StatusError | undefined {
  if (error instanceof TooLargeError) return StatusError.tooLarge(error.message);
  if (error instanceof StoreUnavailableError || error instanceof StoreFullError) {
    return StatusError.serviceUnavailable(error.message);
  }
  return undefined;
}

function unknownFailure(error: unknown): StatusError {
  return StatusError.internal("the server failed to answer this request", error);
}
