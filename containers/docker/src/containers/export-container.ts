/** GET /containers/{id}/export. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

export function exportContainer(deps: Deps): Handler {
  return async function exportContainer(call) {
    const { id } = await findContainer(deps, call);
    const headers = { "content-type": "application/x-tar" };
    return { status: 200, headers, stream: deps.engine.containers.export(id) };
  };
}
