import type { Filter } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** Counts and times every request by verb, resource and code; a watch counts when it starts. */
export function measure({ metrics }: Pick<Server, "metrics">): Filter {
  return (next) => async (call) => {
    const started = performance.now();
    try {
      const reply = await next(call);
      metrics.finished(call.info, "code" in reply ? reply.code : 200, performance.now() - started);
      return reply;
    } catch (error) {
      metrics.finished(call.info, codeOf(error), performance.now() - started);
      throw error;
    }
  };
}

function codeOf(error: unknown): number {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : 500;
}
