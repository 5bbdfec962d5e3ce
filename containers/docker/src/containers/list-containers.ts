/** GET /containers/json. */
import type { Deps } from "../deps.ts";
import { filters, flag, type Handler, integer } from "../http/call.ts";
import { containerTests } from "./container-filters.ts";
import { containerSize } from "./container-size.ts";
import { summaryShape } from "./describe-container.ts";

export function listContainers({ engine, now }: Deps): Handler {
  return async function listContainers(call) {
    const wanted = filters(call);
    const limit = integer(call, "limit") ?? 0;
    const all =
      flag(call, "all") ||
      limit > 0 ||
      wanted.has("status") ||
      wanted.has("exited") ||
      wanted.has("since") ||
      wanted.has("before");
    const everything = await engine.containers.list();
    const networks = engine.userNetworks.list();
    const tests = containerTests(wanted, everything, networks);
    const containers = everything
      .filter(
        (container) =>
          (all || ["running", "paused", "restarting"].includes(container.state)) &&
          tests.every((test) => test(container)),
      )
      .sort((a, b) => b.createdAt - a.createdAt);
    const shown = limit > 0 ? containers.slice(0, limit) : containers;
    const surroundings = { volumes: await engine.volumes.list(), networks };
    const withSize = flag(call, "size");
    return {
      status: 200,
      json: await Promise.all(
        shown.map(async (container) => ({
          ...summaryShape(container, surroundings, now()),
          ...(withSize ? await containerSize({ engine }, container) : {}),
        })),
      ),
    };
  };
}
