/** From the claims of a verified token to a user. */
import type { JWTPayload } from "jose";
import type { User } from "../../call.ts";
import type { ClaimExpressions } from "./claim-expressions.ts";
import type { JwtIssuer } from "./jwt-configuration.ts";

/** The user the claims make the bearer. Throws with the reason where they make none. */
export function userOfClaims(issuer: JwtIssuer, expressions: ClaimExpressions, payload: JWTPayload): User {
  const { claimMappings, claimValidationRules = [] } = issuer;
  for (const { claim, requiredValue = "" } of claimValidationRules) {
    if (!claim) continue;
    if (payload[claim] === undefined) throw new Error(`oidc: required claim ${claim} not present in ID token`);
    if (payload[claim] !== requiredValue) {
      throw new Error(
        `oidc: required claim ${claim} value does not match. Got = ${String(payload[claim])}, want = ${requiredValue}`,
      );
    }
  }
  expressions.checkClaims(payload);
  const { username, groups, uid } = claimMappings;
  const name = username.claim ? nameFrom(payload, username.claim) : expressions.username(payload);
  if (name === "") throw new Error("oidc: the username of a token may not be empty");
  const id = uid?.claim ? textClaim(payload, uid.claim, "uid") : expressions.uid(payload);
  const extra = expressions.extra(payload);
  const user: User = {
    name: `${username.claim ? (username.prefix ?? "") : ""}${name}`,
    groups: groups?.claim ? groupsFrom(payload, groups.claim, groups.prefix ?? "") : expressions.groups(payload),
    ...(id && { uid: id }),
    ...(extra && { extra }),
  };
  expressions.checkUser(user);
  return user;
}

function nameFrom(payload: JWTPayload, claim: string): string {
  const name = textClaim(payload, claim, "username");
  if (claim === "email" && payload.email_verified !== undefined && payload.email_verified !== true) {
    throw new Error("oidc: email not verified");
  }
  return name;
}

function textClaim(payload: JWTPayload, claim: string, what: string): string {
  const value = payload[claim];
  if (typeof value !== "string")
    throw new Error(`oidc: parse ${what} claims ${JSON.stringify(claim)}: claim not present`);
  return value;
}

// One group may be given without a list round it.
function groupsFrom(payload: JWTPayload, claim: string, prefix: string): string[] {
  const value = payload[claim] ?? [];
  const groups: readonly unknown[] = Array.isArray(value) ? value : [value];
  return groups.map((group) => {
    if (typeof group !== "string")
      throw new Error(`oidc: parse groups claim ${JSON.stringify(claim)}: not a list of texts`);
    return `${prefix}${group}`;
  });
}
