import { StatusError } from "@skiff/api";
import type { Attributes } from "../authorization/authorizer.ts";
import { forbidden } from "../authorization/forbidden.ts";
import type { Call, Filter, User } from "../call.ts";
import type { Server } from "../server-parts.ts";

const ANONYMOUS_USER = "system:anonymous";
const AUTHENTICATED = "system:authenticated";
const UNAUTHENTICATED = "system:unauthenticated";
const EXTRA = "impersonate-extra-";
const AUTHENTICATION = "authentication.k8s.io";

/** `kubectl --as`: a user who may `impersonate` another, in every part named, acts as that one from here on. */
export function impersonation({ authorizer }: Pick<Server, "authorizer">): Filter {
  return (next) => {
    const act = async (call: Call, wanted: User) => {
      for (const attributes of impersonated(wanted)) {
        const decision = await authorizer.authorize(call.user, attributes);
        if (!decision.allowed) throw forbidden(call.user.name, attributes, decision.reason);
      }
      call.impersonator = call.user;
      call.user = completed(wanted);
      return next(call);
    };
    return (call) => {
      const wanted = wantedUser(call);
      return wanted === undefined ? next(call) : act(call, wanted);
    };
  };
}

/** Who the headers say, as they say it; undefined without such headers. Throws StatusError 400 where they name no user. */
function wantedUser({ incoming }: Call): User | undefined {
  const name = incoming.header("impersonate-user") ?? "";
  const groups = incoming.header("impersonate-group");
  const uid = incoming.header("impersonate-uid") ?? "";
  const extra = name === "" ? undefined : extraOf(incoming.headers());
  if (name === "") {
    if (groups === undefined && uid === "") return undefined;
    throw StatusError.badRequest("requested impersonation of groups or a UID without impersonating a user");
  }
  return {
    name,
    // A header given several times arrives joined by commas; no group name has one.
    groups: groups === undefined ? [] : groups.split(",").map((group) => group.trim()),
    ...(uid !== "" && { uid }),
    ...(extra && { extra }),
  };
}

function extraOf(headers: Readonly<Record<string, string | readonly string[]>>): User["extra"] {
  const extra: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(EXTRA)) continue;
    extra[unescaped(name.slice(EXTRA.length))] =
      typeof value === "string" ? value.split(",").map((v) => v.trim()) : value;
  }
  return Object.keys(extra).length === 0 ? undefined : extra;
}

// Keys travel as header names, which have fewer characters than keys: the others are percent-encoded.
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}

/** What the impersonator has to be allowed, one by one. */
function* impersonated({ name, groups, uid, extra }: User): IterableIterator<Attributes> {
  const account = serviceAccountOf(name);
  yield account
    ? attributes({ plural: "serviceaccounts", name: account.name, namespace: account.namespace })
    : attributes({ plural: "users", name });
  for (const group of groups) yield attributes({ plural: "groups", name: group });
  for (const [key, values] of Object.entries(extra ?? {})) {
    for (const value of values) {
      yield attributes({ group: AUTHENTICATION, version: "v1", plural: "userextras", subresource: key, name: value });
    }
  }
  if (uid !== undefined) yield attributes({ group: AUTHENTICATION, version: "v1", plural: "uids", name: uid });
}

/** The user with the groups it has by being who it is. */
function completed(user: User): User {
  const { name, groups } = user;
  const account = serviceAccountOf(name);
  const named =
    groups.length === 0 && account
      ? ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`]
      : [...groups];
  if (named.includes(UNAUTHENTICATED)) return { ...user, groups: named };
  const implied = name === ANONYMOUS_USER ? UNAUTHENTICATED : AUTHENTICATED;
  return { ...user, groups: named.includes(implied) ? named : [...named, implied] };
}

function serviceAccountOf(name: string): { readonly namespace: string; readonly name: string } | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  return match ? { namespace: match[1] ?? "", name: match[2] ?? "" } : undefined;
}

function attributes(about: Partial<Attributes>): Attributes {
  return {
    isResource: true,
    verb: "impersonate",
    path: "",
    group: "",
    version: "",
    namespace: "",
    plural: "",
    subresource: "",
    name: "",
    ...about,
  };
}
