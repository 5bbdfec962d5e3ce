/** DELETE /containers/{id}. */
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

export function removeContainer(deps: Deps): Handler {
  return async function removeContainer(call) {
    const { id, name, state } = await findContainer(deps, call);
    const force = flag(call, "force");
    if (!force && (state === "running" || state === "paused" || state === "restarting")) {
      const advice =
        state !== "paused"
          ? "stop the container before removing or force remove"
          : "unpause and then stop the container before removing or force remove";
      throw new DockerError(409, `cannot remove container "${name}": container is ${state}: ${advice}`);
    }
    await deps.engine.containers.remove(id, { force, volumes: flag(call, "v") });
    return { status: 204 };
  };
}
