/** POST /containers/{id}/stop. */
import type { Deps } from "../deps.ts";
import { type Handler, integer } from "../http/call.ts";
import { checkSignal } from "./check-request.ts";
import { findContainer } from "./find-container.ts";
import { whileTrying } from "./while-trying.ts";

export function stopContainer(deps: Deps): Handler {
  return async function stopContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (!["running", "paused", "restarting"].includes(state)) return { status: 304 };
    const signal = call.query.get("signal") || undefined;
    if (signal !== undefined) await whileTrying(`cannot stop container: ${call.params.id}`, () => checkSignal(signal));
    await deps.engine.containers.stop(id, { timeout: integer(call, "t"), signal });
    return { status: 204 };
  };
}
