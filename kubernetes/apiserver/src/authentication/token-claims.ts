/** What service account tokens say, in the form of today and in that of tokens kept in Secrets. */
import type { JWTPayload } from "jose";
import type { User } from "../call.ts";

/** Who issued the tokens kept in Secrets. */
export const LEGACY_ISSUER = "kubernetes/serviceaccount";

interface Named {
  readonly name: string;
  readonly uid: string;
}

/** The private claims of a bound token. */
export interface TokenClaims {
  readonly namespace: string;
  readonly serviceaccount: Named;
  readonly pod?: Named | undefined;
  readonly node?: Named | undefined;
  readonly secret?: Named | undefined;
  /** When a token that lives longer than it was asked to should have been replaced, in seconds. */
  readonly warnafter?: number | undefined;
}

/** The claims of a bound token, or undefined for a token of something else. */
export function boundClaims(payload: JWTPayload): TokenClaims | undefined {
  const claims = payload["kubernetes.io"] as Partial<TokenClaims> | undefined;
  if (typeof claims?.namespace !== "string" || typeof claims.serviceaccount?.name !== "string") return undefined;
  const { namespace, serviceaccount } = claims;
  return payload.sub === accountName(namespace, serviceaccount.name) ? (claims as TokenClaims) : undefined;
}

const PREFIX = "kubernetes.io/serviceaccount/";

/** The claims of a token kept in a Secret; the Secret's uid is not among them. */
export function legacyClaims(payload: JWTPayload): TokenClaims | undefined {
  const said = (name: string) => {
    const value = payload[`${PREFIX}${name}`];
    return typeof value === "string" ? value : "";
  };
  const [namespace, name, secret] = [said("namespace"), said("service-account.name"), said("secret.name")];
  if (namespace === "" || name === "" || secret === "" || payload.sub !== accountName(namespace, name))
    return undefined;
  const serviceaccount = { name, uid: said("service-account.uid") };
  return { namespace, serviceaccount, secret: { name: secret, uid: "" } };
}

/** The claims of a new token to keep in a Secret. */
export function newLegacyClaims(account: Named, namespace: string, secret: string): JWTPayload {
  return {
    iss: LEGACY_ISSUER,
    [`${PREFIX}namespace`]: namespace,
    [`${PREFIX}secret.name`]: secret,
    [`${PREFIX}service-account.name`]: account.name,
    [`${PREFIX}service-account.uid`]: account.uid,
    sub: accountName(namespace, account.name),
  };
}

/** The user name of a service account. */
export function accountName(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The user a token of these claims makes its bearer. */
export function tokenUser({ namespace, serviceaccount, pod, node }: TokenClaims, tokenId: string | undefined): User {
  const about = (kind: string, object: Named | undefined) =>
    object && {
      [`authentication.kubernetes.io/${kind}-name`]: [object.name],
      [`authentication.kubernetes.io/${kind}-uid`]: [object.uid],
    };
  const extra = {
    ...(tokenId && { "authentication.kubernetes.io/credential-id": [`JTI=${tokenId}`] }),
    ...about("node", node),
    ...about("pod", pod),
  };
  return {
    name: accountName(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}
