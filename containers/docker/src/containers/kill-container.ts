/** POST /containers/{id}/kill. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

export function killContainer(deps: Deps): Handler {
  return async function killContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (state !== "running" && state !== "paused") {
      throw new DockerError(409, `cannot kill container: ${call.params.id}: container ${id} is not running`);
    }
    await deps.engine.containers.kill(id, call.query.get("signal") ?? "SIGKILL");
    return { status: 204 };
  };
}
