import { StatusError } from "@skiff/api";
import type { Filter, User } from "../call.ts";
import type { Server } from "../server-parts.ts";

/** Who nobody is. */
export const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/**
 * Names the user: by client certificate, else by bearer token, else as anonymous. A token that is not good is refused;
 * it does not make its bearer anonymous. Requests of this process come with their user.
 */
export function authentication({ tokens }: Pick<Server, "tokens">): Filter {
  return (next) => (call) => {
    if (call.user !== ANONYMOUS) return next(call);
    const { certificateUser } = call.incoming;
    if (certificateUser) {
      call.user = withAuthenticated(certificateUser);
      return next(call);
    }
    const bearer = /^Bearer +(\S+)$/i.exec(call.incoming.header("authorization") ?? "")?.[1];
    if (bearer === undefined) return next(call);
    return tokens.authenticate(bearer).then((user) => {
      if (user === undefined) throw StatusError.unauthorized();
      call.user = withAuthenticated(user);
      return next(call);
    });
  };
}

const complete = new WeakMap<User, User>();

function withAuthenticated(user: User): User {
  let whole = complete.get(user);
  if (whole === undefined) {
    const groups = [...new Set([...user.groups, "system:authenticated"])];
    whole = { ...user, groups };
    complete.set(user, whole);
  }
  return whole;
}
