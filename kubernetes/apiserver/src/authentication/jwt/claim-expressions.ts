/** The CEL expressions of an issuer's configuration. */
import type { JWTPayload } from "jose";
import type { User } from "../../call.ts";
import type { JwtIssuer } from "./jwt-configuration.ts";

/** The expressions of one issuer, read once. Each throws with the reason when its value is not of the kind wanted. */
export interface ClaimExpressions {
  /** Throws where a rule about the claims does not hold. */
  checkClaims(payload: JWTPayload): void;
  username(payload: JWTPayload): string;
  groups(payload: JWTPayload): string[];
  uid(payload: JWTPayload): string | undefined;
  extra(payload: JWTPayload): User["extra"];
  /** Throws where a rule about the user does not hold. */
  checkUser(user: User): void;
}

const NONE: ClaimExpressions = {
  checkClaims: () => undefined,
  username: () => "",
  groups: () => [],
  uid: () => undefined,
  extra: () => undefined,
  checkUser: () => undefined,
};

/** Reads the expressions. Rejects where one cannot be read. */
export async function claimExpressions(issuer: JwtIssuer): Promise<ClaimExpressions> {
  const { claimMappings, claimValidationRules = [], userValidationRules = [] } = issuer;
  const { username, groups, uid, extra = [] } = claimMappings;
  const some =
    [username.expression, groups?.expression, uid?.expression].some(Boolean) ||
    extra.length > 0 ||
    userValidationRules.length > 0 ||
    claimValidationRules.some(({ expression }) => expression);
  if (!some) return NONE;
  // What evaluates expressions is large, and most configurations have none.
  const { compileClaims } = await import("./claim-programs.ts");
  return compileClaims(issuer);
}
