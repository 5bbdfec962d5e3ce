/** POST /containers/{id}/resize. */
import type { Deps } from "../deps.ts";
import { type Handler, integer } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

export function resizeContainer(deps: Deps): Handler {
  return async function resizeContainer(call) {
    const { id, state } = await findContainer(deps, call);
    if (state !== "running") throw new DockerError(409, `container ${id} is not running`);
    const [width, height] = [integer(call, "w"), integer(call, "h")];
    if (width === undefined || height === undefined) throw new DockerError(400, "h and w are required");
    const attached = deps.terminals.find(id);
    const session = attached ?? (await deps.engine.containers.attach(id));
    await session.resize(width, height);
    if (attached === undefined) session.close();
    return { status: 200 };
  };
}
