import { StatusError } from "@skiff/api";
import type { Filter } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** The one place where a failure becomes an answer. What is not a StatusError is our fault: logged, answered with 500. */
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
      const known =
        error instanceof StatusError ? error : StatusError.internal("the server failed to answer this request", error);
      return { type: "object", code: known.code, object: known.status };
    }
  };
}
