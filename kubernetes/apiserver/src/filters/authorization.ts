import { StatusError } from "@skiff/api";
import type { Attributes } from "../authorization/authorizer.ts";
import type { Filter } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** Lets a request through when the authorizer allows it, else answers 403, naming user, verb and resource. */
export function authorization({ authorizer }: Pick<Server, "authorizer">): Filter {
  return (next) => (call) => {
    const decision = authorizer.authorize(call.user, call.info);
    if (decision.allowed) return next(call);
    throw forbidden(call.user.name, call.info, decision.reason);
  };
}

/** The refusal as people read it. */
export function forbidden(user: string, a: Attributes, reason: string): StatusError {
  const because = reason === "" ? "" : `: ${reason}`;
  if (!a.isResource)
    return StatusError.forbidden(undefined, "", `User "${user}" cannot ${a.verb} path "${a.path}"${because}`);
  const resource = a.subresource === "" ? a.plural : `${a.plural}/${a.subresource}`;
  const where = a.namespace === "" ? "at the cluster scope" : `in the namespace "${a.namespace}"`;
  const why = `User "${user}" cannot ${a.verb} resource "${resource}" in API group "${a.group}" ${where}${because}`;
  return StatusError.forbidden({ group: a.group, plural: a.plural }, a.name, why);
}
