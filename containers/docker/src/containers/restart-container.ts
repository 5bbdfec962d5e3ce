/** POST /containers/{id}/restart. */
import type { Deps } from "../deps.ts";
import { type Handler, integer } from "../http/call.ts";
import { checkSignal } from "./check-request.ts";
import { findContainer } from "./find-container.ts";
import { whileTrying } from "./while-trying.ts";

export function restartContainer(deps: Deps): Handler {
  return async function restartContainer(call) {
    const { id, state } = await findContainer(deps, call);
    const signal = call.query.get("signal") || undefined;
    if (signal !== undefined)
      await whileTrying(`cannot restart container: ${call.params.id}`, () => checkSignal(signal));
    if (state === "running" || state === "paused")
      await deps.engine.containers.stop(id, { timeout: integer(call, "t"), signal });
    await deps.engine.containers.start(id);
    return { status: 204 };
  };
}
