import { StatusError } from "@skiff/api";
import type { Call, Filter } from "../call.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";

const MAX_READS = 400;
const MAX_WRITES = 200;

/**
 * Bounds the requests worked on at once, reads and writes apart, so that a flood is turned away and not queued without
 * bound. Watches and tunnels last long and take no part; cluster administrators and this process's own components are
 * never turned away.
 */
export function maxInFlight({ metrics }: Pick<Server, "metrics">): Filter {
  const inFlight = { read: 0, write: 0 };
  return (next) => {
    const counted = async (call: Call, kind: "read" | "write"): Promise<Reply> => {
      inFlight[kind]++;
      metrics.inFlight(kind, inFlight[kind]);
      try {
        return await next(call);
      } finally {
        inFlight[kind]--;
        metrics.inFlight(kind, inFlight[kind]);
      }
    };
    return (call) => {
      const { verb, subresource } = call.info;
      const long =
        verb === "watch" || call.incoming.upgrade !== undefined || subresource === "log" || subresource === "proxy";
      if (long || call.user.groups.includes("system:masters")) return next(call);
      const kind = verb === "get" || verb === "list" ? "read" : "write";
      if (inFlight[kind] >= (kind === "read" ? MAX_READS : MAX_WRITES)) {
        throw StatusError.tooManyRequests("Too many requests, please try again later.");
      }
      return counted(call, kind);
    };
  };
}
