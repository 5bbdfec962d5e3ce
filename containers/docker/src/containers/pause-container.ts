/** POST /containers/{id}/pause and /unpause. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

export function pauseContainer(deps: Deps): Handler {
  return async function pauseContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (state === "paused") throw new DockerError(409, `Container ${id} is already paused`);
    if (state !== "running") throw new DockerError(409, `container ${id} is not running`);
    await deps.engine.containers.pause(id);
    return { status: 204 };
  };
}

export function unpauseContainer(deps: Deps): Handler {
  return async function unpauseContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (state !== "paused") throw new DockerError(409, `Container ${id} is not paused`);
    await deps.engine.containers.unpause(id);
    return { status: 204 };
  };
}
