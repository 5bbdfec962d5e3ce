/** GET /containers/{id}/json. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { inspectShape } from "./describe-container.ts";
import { findContainer } from "./find-container.ts";

export function inspectContainer(deps: Deps): Handler {
  return async function inspectContainer(call) {
    const container = await findContainer(deps, call);
    const { volumes, userNetworks } = deps.engine;
    const execIds = deps.executions.running(container.id).map(({ id }) => id);
    return {
      status: 200,
      json: inspectShape(container, { execIds, volumes: await volumes.list(), networks: userNetworks.list() }),
    };
  };
}
