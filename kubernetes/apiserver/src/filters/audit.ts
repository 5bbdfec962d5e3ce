import type { Filter } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** Logs who changed what. Reads are not logged, bodies never. */
export function audit({ log }: Pick<Server, "log">): Filter {
  return (next) => async (call) => {
    const { verb, isResource, path } = call.info;
    if (!isResource || verb === "get" || verb === "list" || verb === "watch") return next(call);
    const reply = await next(call);
    log.debug("request", { user: call.user.name, verb, path, code: "code" in reply ? reply.code : 200 });
    return reply;
  };
}
