/** POST of the authentication.k8s.io/v1 reviews: "who am I", "whose token is this". */
import { apiVersionOf, StatusError } from "@skiff/api";
import type { TokenReviewSpec } from "@skiff/api/authentication/v1";
import { type Authenticated, TokenRefusedError } from "../../authentication/token-authenticator.ts";
import type { Handler, User } from "../../call.ts";
import { withAuthenticated } from "../../filters/authentication.ts";
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
export function reviewToken({ authentication }: Pick<Server, "authentication">): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const spec = ((await readObject(call, info)).spec ?? {}) as TokenReviewSpec;
    const { token = "", audiences } = spec;
    if (token === "") throw StatusError.badRequest("token is required for TokenReview in authentication");
    const status = await statusOf(() =>
      authentication.tokens.authenticate(token, audiences?.length ? audiences : undefined),
    );
    const object = { kind: info.kind, apiVersion: apiVersionOf(info), metadata: {}, spec, status };
    return { type: "object", code: 201, object };
  };
}

const UNKNOWN = "invalid bearer token";

async function statusOf(ask: () => Promise<Authenticated | undefined>): Promise<object> {
  try {
    const found = await ask();
    if (!found) return { user: {}, error: UNKNOWN };
    return { authenticated: true, user: userInfo(withAuthenticated(found.user)), audiences: found.audiences };
  } catch (error) {
    if (error instanceof TokenRefusedError) return { user: {}, error: `[${UNKNOWN}, ${error.message}]` };
    throw error;
  }
}

function userInfo({ name, uid, groups, extra }: User): object {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}
