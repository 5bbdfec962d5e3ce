import { ANONYMOUS } from "./authentication/authentication.ts";
import type { Call, Incoming } from "./call.ts";
import { PLAIN } from "./rendering/negotiate.ts";
import { requestInfo } from "./request-info.ts";

const NO_QUERY = new URLSearchParams();

/** A call as it enters the chain. */
export function newCall(incoming: Incoming): Call {
  const { url } = incoming;
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1));
  return {
    incoming,
    path,
    query,
    info: requestInfo(incoming.method, path, query),
    user: ANONYMOUS,
    accepted: PLAIN,
    warnings: [],
  };
}
