/** GET /containers/{id}/json. */
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";
import { containerSize } from "./container-size.ts";
import { inspectShape } from "./describe-container.ts";
import { findContainer } from "./find-container.ts";

export function inspectContainer(deps: Deps): Handler {
  return async function inspectContainer(call) {
    const container = await findContainer(deps, call);
    const { volumes, userNetworks } = deps.engine;
    const execIds = deps.executions.running(container.id).map(({ id }) => id);
    const image = (await deps.engine.images.get(container.imageId))?.config.config;
    const size = flag(call, "size") ? await containerSize(deps, container) : {};
    const networks = userNetworks.list();
    const shape = inspectShape(container, { execIds, volumes: await volumes.list(), networks, image });
    return { status: 200, json: { ...shape, ...size } };
  };
}
