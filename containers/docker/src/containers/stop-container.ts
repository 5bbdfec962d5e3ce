/** POST /containers/{id}/stop. */
import type { Deps } from "../deps.ts";
import { type Handler, integer } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

/** Seconds that stand for "wait for as long as it takes". */
const FOREVER = 365 * 24 * 3600;

export function stopContainer(deps: Deps): Handler {
  return async function stopContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (!["running", "paused", "restarting"].includes(state)) return { status: 304 };
    const timeout = integer(call, "t");
    const signal = call.query.get("signal") ?? undefined;
    await deps.engine.containers.stop(id, {
      timeout: timeout !== undefined && timeout < 0 ? FOREVER : timeout,
      signal,
    });
    return { status: 204 };
  };
}
