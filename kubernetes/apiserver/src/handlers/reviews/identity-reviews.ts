/** POST of the authentication.k8s.io/v1 reviews: "who am I", "whose token is this". */
import { apiVersionOf } from "@skiff/api";
import type { TokenReviewSpec } from "@skiff/api/authentication/v1";
import type { Handler, User } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import { timestamp } from "../../objects/timestamp.ts";
import type { Server } from "../../server-parts.ts";
import { resourceOf } from "../target.ts";

/** SelfSubjectReview. */
export function reviewSelf({ clock }: Pick<Server, "clock">): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    await readObject(call, info);
    const metadata = { creationTimestamp: timestamp(clock.now()) };
    const object = {
      kind: info.kind,
      apiVersion: apiVersionOf(info),
      metadata,
      status: { userInfo: userInfo(call.user) },
    };
    return { type: "object", code: 201, object };
  };
}

/** TokenReview. */
export function reviewToken({ tokens }: Pick<Server, "tokens">): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const spec = ((await readObject(call, info)).spec ?? {}) as TokenReviewSpec;
    const { token = "", audiences } = spec;
    const user = await tokens.authenticate(token, audiences?.length ? audiences : undefined);
    const good = user && { ...user, groups: [...user.groups, "system:authenticated"] };
    const status = good
      ? { authenticated: true, user: userInfo(good), ...(audiences?.length && { audiences }) }
      : { user: {}, error: "invalid bearer token" };
    const object = {
      kind: info.kind,
      apiVersion: apiVersionOf(info),
      metadata: {},
      spec,
      status,
    };
    return { type: "object", code: 201, object };
  };
}

function userInfo({ name, uid, groups, extra }: User): object {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}
