import { StatusError } from "@skiff/api";
import type { Decision } from "../authorization/authorizer.ts";
import { forbidden } from "../authorization/forbidden.ts";
import { attributesOf } from "../authorization/selector-attributes.ts";
import type { Call, Filter } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** Lets a request through when the authorizer allows it, else answers 403, naming user, verb and resource. */
export function authorization({ authorizer }: Pick<Server, "authorizer">): Filter {
  return (next) => {
    const decided = (call: Call, decision: Decision) => {
      const { allowed, reason, error } = decision;
      call.auditAnnotations?.set("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
      call.auditAnnotations?.set("authorization.k8s.io/reason", reason);
      if (allowed) return next(call);
      if (error !== undefined)
        throw StatusError.internal(`Authorization error (user=${JSON.stringify(call.user.name)}): ${error}`);
      throw forbidden(call.user.name, call.info, reason);
    };
    return (call) => {
      const decision = authorizer.authorize(call.user, attributesOf(call));
      return decision instanceof Promise ? decision.then((late) => decided(call, late)) : decided(call, decision);
    };
  };
}
