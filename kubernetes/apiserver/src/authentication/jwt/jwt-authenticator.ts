/** Tokens of OpenID Connect providers and other issuers of JSON Web Tokens. */
import { decodeJwt, errors, jwtVerify } from "jose";
import type { TokenAuthenticator } from "../token-authenticator.ts";
import { claimExpressions } from "./claim-expressions.ts";
import { userOfClaims } from "./claim-mapping.ts";
import { issuerKeys } from "./issuer-keys.ts";
import type { JwtIssuer } from "./jwt-configuration.ts";

const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

/** Knows the tokens of one issuer, by the keys it publishes. Rejects where an expression of the configuration cannot be read. */
export async function jwtAuthenticator(config: JwtIssuer, clock: { now(): number }): Promise<TokenAuthenticator> {
  const { issuer } = config;
  const keys = issuerKeys(config, clock);
  const expressions = await claimExpressions(config);
  return {
    name: `issuer ${issuer.url}`,
    async authenticate(token, audiences) {
      if (issuerOf(token) !== issuer.url) return undefined;
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: issuer.url,
          audience: [...issuer.audiences],
          algorithms: [...(config.signingAlgorithms ?? ALGORITHMS)],
          requiredClaims: ["exp"],
          currentDate: new Date(clock.now()),
        });
        return { user: userOfClaims(config, expressions, payload), audiences };
      } catch (error) {
        if (error instanceof errors.JOSEError)
          throw new Error(`oidc: verify token: ${error.message}`, { cause: error });
        throw error;
      }
    },
  };
}

// Unverified: only to leave the tokens of others to others.
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined;
    throw error;
  }
}
