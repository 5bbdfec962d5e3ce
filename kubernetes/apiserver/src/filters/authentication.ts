import { StatusError } from "@skiff/api";
import { ANONYMOUS } from "../authentication/authentication.ts";
import type { Call, Filter, User } from "../call.ts";
import type { Server } from "../server-parts.ts";

/**
 * Names the user. A token that is not good is refused; it does not make its bearer anonymous. Requests of this process come with
 * their user.
 */
export function authentication({ authentication }: Pick<Server, "authentication">): Filter {
  return (next) => {
    const go = (call: Call, user: User | undefined) => {
      if (user === undefined) throw StatusError.unauthorized();
      call.user = withAuthenticated(user);
      return next(call);
    };
    return (call) => {
      if (call.user !== ANONYMOUS) return next(call);
      const user = authentication.userOf(call);
      if (user === ANONYMOUS) return next(call);
      return user instanceof Promise ? user.then((late) => go(call, late)) : go(call, user);
    };
  };
}

const complete = new WeakMap<User, User>();

/** The user with the group of all who proved who they are. The same object for the same user: what is known of it is found again. */
export function withAuthenticated(user: User): User {
  if (user === ANONYMOUS) return user;
  let whole = complete.get(user);
  if (whole === undefined) {
    whole = { ...user, groups: [...new Set([...user.groups, "system:authenticated"])] };
    complete.set(user, whole);
  }
  return whole;
}
