/** POST /containers/{id}/restart. */
import type { Deps } from "../deps.ts";
import { type Handler, integer } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

export function restartContainer(deps: Deps): Handler {
  return async function restartContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (state === "running" || state === "paused")
      await deps.engine.containers.stop(id, { timeout: integer(call, "t") });
    await deps.engine.containers.start(id);
    return { status: 204 };
  };
}
