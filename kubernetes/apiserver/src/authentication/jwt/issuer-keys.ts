import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { RemoteCallError, type RemoteCaller, remoteCaller } from "../../remote/remote-call.ts";
import type { JwtIssuer } from "./jwt-configuration.ts";

const TIMEOUT_MS = 10_000;
/** How long after an issuer could not be asked it is not asked again. */
const REST_MS = 10_000;

/** The keys of an issuer, found through its discovery document when the first token comes, and fetched anew when an unknown one signs. */
export function issuerKeys({ issuer }: JwtIssuer, clock: { now(): number }): JWTVerifyGetKey {
  const caller = remoteCaller({ url: issuer.url, ca: issuer.certificateAuthority });
  let keys: Promise<JWTVerifyGetKey> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (header, token) => {
    if (!keys) {
      if (clock.now() - failedAt < REST_MS) throw new RemoteCallError("the issuer's keys are not known yet", true);
      keys = discover(issuer, caller);
      keys.catch(() => {
        keys = undefined;
        failedAt = clock.now();
      });
    }
    return (await keys)(header, token);
  };
}

async function discover(issuer: JwtIssuer["issuer"], caller: RemoteCaller): Promise<JWTVerifyGetKey> {
  const url = issuer.discoveryURL ?? `${issuer.url.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const document = (await caller.call({ method: "GET", url, timeoutMs: TIMEOUT_MS })) as
    | { readonly issuer?: string; readonly jwks_uri?: string }
    | undefined;
  if (document?.issuer !== issuer.url) {
    throw new Error(
      `oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(issuer.url)} got ${JSON.stringify(document?.issuer)}`,
    );
  }
  if (!document.jwks_uri || !URL.canParse(document.jwks_uri)) throw new Error("oidc: the provider names no jwks_uri");
  return createRemoteJWKSet(new URL(document.jwks_uri), {
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: async (keysUrl: string) =>
      Response.json(await caller.call({ method: "GET", url: keysUrl, timeoutMs: TIMEOUT_MS })),
  });
}
