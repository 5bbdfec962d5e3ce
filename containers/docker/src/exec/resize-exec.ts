/** POST /exec/{id}/resize. */
import type { Deps } from "../deps.ts";
import { type Handler, integer } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";

export function resizeExec({ executions }: Deps): Handler {
  return async function resizeExec(call) {
    const { id, session } = executions.get(call.params.id ?? "");
    const [width, height] = [integer(call, "w"), integer(call, "h")];
    if (width === undefined || height === undefined) throw new DockerError(400, "h and w are required");
    if (session === undefined) throw new DockerError(409, `exec ${id} is not running`);
    await session.resize(width, height);
    return { status: 200 };
  };
}
