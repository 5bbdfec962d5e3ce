import { StatusError } from "@skiff/api";
import type { Call, Filter, Handler } from "../call.ts";
import type { Flow } from "../priority/flow-control.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";

/** A list takes a seat for so many objects, up to so many seats. */
const OBJECTS_PER_SEAT = 100;
const MOST_SEATS = 10;
/** Watches of one resource. Each is cheap, and they last: what bounds requests at once does not bound them. */
const MOST_WATCHES = 20_000;

/**
 * Gives every request seats of its priority level, or has it wait, or turns it away with 429. Tunnels and logs last long and take no
 * part; a watch does until it has started.
 */
export function priorityAndFairness({ flowControl, caches }: Pick<Server, "flowControl" | "caches">): Filter {
  const widthOf = (call: Call): number => {
    const { verb, resource } = call.info;
    if (verb !== "list" || !resource?.verbs.includes("list")) return 1;
    const limit = Number(call.query.get("limit") ?? 0) || Number.POSITIVE_INFINITY;
    const objects = Math.min(caches.of(resource).entries.size, limit);
    return Math.min(MOST_SEATS, Math.max(1, Math.ceil(objects / OBJECTS_PER_SEAT)));
  };
  const checkWatches = ({ info: { resource } }: Call) => {
    if (resource?.verbs.includes("watch") && caches.of(resource).watcherCount >= MOST_WATCHES) {
      throw StatusError.tooManyRequests(
        `${MOST_WATCHES} watches of ${resource.plural} are open, please try again later.`,
      );
    }
  };
  return (next) => (call) => {
    const { subresource } = call.info;
    if (call.incoming.upgrade !== undefined || subresource === "log" || subresource === "proxy") return next(call);
    if (call.info.verb === "watch") checkWatches(call);
    const flow = flowControl.flowOf(call.user, call.info);
    call.responseHeaders = call.responseHeaders ? { ...call.responseHeaders, ...flow.headers } : flow.headers;
    if (flow.level.exempt) return next(call);
    const width = widthOf(call);
    const waiting = flowControl.enter(flow, call, width);
    return waiting ? waiting.then(() => seated(next, call, flow, width)) : seated(next, call, flow, width);
  };

  async function seated(next: Handler, call: Call, flow: Flow, width: number): Promise<Reply> {
    try {
      return await next(call);
    } finally {
      flowControl.leave(flow, width);
    }
  }
}
