/** POST /containers/{id}/start. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

export function startContainer(deps: Deps): Handler {
  return async function startContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (state === "running") return { status: 304 };
    await deps.engine.containers.start(id);
    return { status: 204 };
  };
}
