import { StatusError } from "@skiff/api";
import type { Attributes } from "../authorization/authorizer.ts";
import type { Filter, User } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** `kubectl --as`: a user who may `impersonate` another acts as that one from here on. */
export function impersonation({ authorizer }: Pick<Server, "authorizer">): Filter {
  return (next) => (call) => {
    const name = call.incoming.header("impersonate-user");
    const asked = call.incoming.header("impersonate-group");
    if (name === undefined && asked === undefined) return next(call);
    if (name === undefined)
      throw StatusError.badRequest("requested impersonation of groups without impersonating a user");
    // A header given several times arrives joined by commas; no group name has one.
    const groups = asked === undefined ? [] : asked.split(",").map((group) => group.trim());
    const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
    const wanted: Attributes[] = [
      account ? attributes("serviceaccounts", account[2] ?? "", account[1] ?? "") : attributes("users", name),
      ...groups.map((group) => attributes("groups", group)),
    ];
    for (const attribute of wanted) {
      const decision = authorizer.authorize(call.user, attribute);
      if (!decision.allowed) {
        const why = `User "${call.user.name}" cannot impersonate resource "${attribute.plural}" in API group "" at the cluster scope`;
        throw StatusError.forbidden({ group: "", plural: attribute.plural }, attribute.name, why);
      }
    }
    call.user = impersonated(name, groups, account?.[1]);
    return next(call);
  };
}

function impersonated(name: string, groups: readonly string[], accountNamespace: string | undefined): User {
  if (name === "system:anonymous") return { name, groups: ["system:unauthenticated"] };
  const implied =
    accountNamespace === undefined || groups.length > 0
      ? []
      : ["system:serviceaccounts", `system:serviceaccounts:${accountNamespace}`];
  return { name, groups: [...groups, ...implied, "system:authenticated"] };
}

function attributes(plural: string, name: string, namespace = ""): Attributes {
  return {
    isResource: true,
    verb: "impersonate",
    path: "",
    group: "",
    version: "v1",
    namespace,
    plural,
    subresource: "",
    name,
  };
}
