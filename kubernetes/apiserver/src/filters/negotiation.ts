import type { Filter } from "../call.ts";
import { isTrue } from "../query-parameters.ts";
import { negotiate } from "../rendering/negotiate.ts";

/** Settles how the answer will be written before anything is done: a request that cannot be answered changes nothing. */
export function negotiation(): Filter {
  return (next) => (call) => {
    const proxied = call.info.subresource === "proxy" || call.incoming.upgrade !== undefined;
    const accept = call.incoming.header("accept");
    if (accept !== undefined && !proxied && call.info.subresource !== "log") {
      if (call.info.isResource || /^\/apis?(\/|$)/.test(call.path)) call.accepted = negotiate(accept);
    }
    if (call.accepted.as === "table")
      call.accepted = { ...call.accepted, includeObject: call.query.get("includeObject") };
    const pretty = call.query.get("pretty");
    if (pretty !== null && isTrue(pretty)) call.accepted = { ...call.accepted, pretty: true };
    return next(call);
  };
}
