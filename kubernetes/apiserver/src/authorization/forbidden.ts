import { StatusError } from "@skiff/api";
import type { Attributes } from "./authorizer.ts";

/** The refusal as people read it: who cannot do what, and why. */
export function forbidden(user: string, a: Attributes, reason: string): StatusError {
  const because = reason === "" ? "" : `: ${reason}`;
  const who = JSON.stringify(user);
  if (!a.isResource)
    return StatusError.forbidden(
      undefined,
      "",
      `User ${who} cannot ${a.verb} path ${JSON.stringify(a.path)}${because}`,
    );
  const resource = a.subresource === "" ? a.plural : `${a.plural}/${a.subresource}`;
  const where = a.namespace === "" ? "at the cluster scope" : `in the namespace "${a.namespace}"`;
  const why = `User ${who} cannot ${a.verb} resource "${resource}" in API group "${a.group}" ${where}${because}`;
  return StatusError.forbidden({ group: a.group, plural: a.plural }, a.name, why);
}
