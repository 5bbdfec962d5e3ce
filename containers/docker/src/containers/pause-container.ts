/** POST /containers/{id}/pause and /unpause. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

export function pauseContainer(deps: Deps): Handler {
  return async function pauseContainer(call) {
    await deps.engine.containers.pause((await findContainer(deps, call)).id);
    return { status: 204 };
  };
}

export function unpauseContainer(deps: Deps): Handler {
  return async function unpauseContainer(call) {
    await deps.engine.containers.unpause((await findContainer(deps, call)).id);
    return { status: 204 };
  };
}
