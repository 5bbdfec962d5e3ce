/** POST /containers/{id}/start. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

export function startContainer(deps: Deps): Handler {
  return async function startContainer(call) {
    const { id, state, spec } = await findContainer(deps, call);
    if (state === "running") return { status: 304 };
    try {
      await deps.engine.containers.start(id);
    } catch (error) {
      // Nobody could remove it later by waiting for its end.
      if (spec.autoRemove) await deps.engine.containers.remove(id, { force: true });
      throw error;
    }
    return { status: 204 };
  };
}
