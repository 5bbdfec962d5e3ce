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

/** Reads the expressions. Throws where one cannot be read. */
export function claimExpressions({
  claimMappings,
  claimValidationRules = [],
  userValidationRules = [],
}: JwtIssuer): ClaimExpressions {
  const { username, groups, uid, extra = [] } = claimMappings;
  const all = [
    username.expression,
    groups?.expression,
    uid?.expression,
    ...extra.map(({ valueExpression }) => valueExpression),
    ...claimValidationRules.map(({ expression }) => expression),
    ...userValidationRules.map(({ expression }) => expression),
  ];
  const first = all.find((expression) => expression !== undefined && expression !== "");
  if (first !== undefined) throw new Error(`CEL expressions in claim mappings are not supported: ${first}`);
  return {
    checkClaims: () => undefined,
    username: () => "",
    groups: () => [],
    uid: () => undefined,
    extra: () => undefined,
    checkUser: () => undefined,
  };
}
