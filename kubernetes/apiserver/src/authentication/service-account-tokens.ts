import { createHash, createPublicKey } from "node:crypto";
import type { ResourceInfo } from "@skiff/api";
import { nodes, pods, secrets, serviceAccounts } from "@skiff/api/resources";
import { errors, exportJWK, jwtVerify, SignJWT } from "jose";
import type { User } from "../call.ts";
import type { ApiServerOptions } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";

/** What a token is bound to: it dies with that object. */
export interface BoundObject {
  readonly kind: "Pod" | "Secret" | "Node";
  readonly name: string;
  readonly uid: string;
}

/** What a new token says. */
export interface TokenSpec {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  readonly seconds: number;
  readonly bound?: BoundObject | undefined;
}

/** Issues service account tokens and tells whose they are. */
export interface TokenAuthority {
  issue(spec: TokenSpec): Promise<{ readonly token: string; readonly expires: Date }>;
  /** The user of a good token; undefined for anything else. `audiences` defaults to the server's own. */
  authenticate(token: string, audiences?: readonly string[]): Promise<User | undefined>;
  /** The JSON Web Key Set others check tokens with. */
  keys(): Promise<object>;
  /** The OpenID discovery document. */
  configuration(): object;
}

interface Claims {
  readonly namespace: string;
  readonly serviceaccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly node?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid: string };
}

interface Verified {
  readonly user: User;
  readonly claims: Claims;
  readonly audiences: readonly string[];
  readonly expires: number;
}

/** Signatures are checked once per token; whether its account and its Pod still exist, every time. */
const REMEMBERED = 2000;

/** The authority of one signing key. */
export function createTokenAuthority(
  options: ApiServerOptions["serviceAccount"],
  caches: Caches,
  clock: { now(): number },
): TokenAuthority {
  const { issuer, signingKey } = options;
  const own = options.audiences ?? [issuer];
  const publicKey = createPublicKey(signingKey);
  const alg = signingKey.asymmetricKeyType === "rsa" ? "RS256" : "ES256";
  const kid = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64url");
  const known = new Map<string, Verified>();

  const verify = async (token: string): Promise<Verified | undefined> => {
    const remembered = known.get(token);
    if (remembered) return remembered;
    try {
      const { payload } = await jwtVerify(token, publicKey, { issuer, currentDate: new Date(clock.now()) });
      const claims = payload["kubernetes.io"] as Claims | undefined;
      if (!claims?.serviceaccount || payload.exp === undefined) return undefined;
      const audiences = typeof payload.aud === "string" ? [payload.aud] : (payload.aud ?? []);
      const verified = { user: userOf(claims, payload.jti), claims, audiences, expires: payload.exp * 1000 };
      if (known.size >= REMEMBERED) known.clear();
      known.set(token, verified);
      return verified;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };

  const stillThere = (claims: Claims): boolean => {
    const { namespace, serviceaccount, pod, secret, node } = claims;
    const alive = (info: ResourceInfo, key: string, uid: string) =>
      caches.of(info).entries.get(key)?.object.metadata.uid === uid;
    if (!alive(serviceAccounts, `${namespace}/${serviceaccount.name}`, serviceaccount.uid)) return false;
    if (pod && !alive(pods, `${namespace}/${pod.name}`, pod.uid)) return false;
    if (secret && !alive(secrets, `${namespace}/${secret.name}`, secret.uid)) return false;
    return !node || pod !== undefined || alive(nodes, node.name, node.uid);
  };

  return {
    async issue({ namespace, name, uid, audiences, seconds, bound }) {
      const now = Math.floor(clock.now() / 1000);
      const claims: Claims = {
        namespace,
        serviceaccount: { name, uid },
        ...(bound && { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
      };
      const token = await new SignJWT({ "kubernetes.io": claims })
        .setProtectedHeader({ alg, kid })
        .setIssuer(issuer)
        .setSubject(`system:serviceaccount:${namespace}:${name}`)
        .setAudience(audiences.length > 0 ? [...audiences] : [...own])
        .setJti(crypto.randomUUID())
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + seconds)
        .sign(signingKey);
      return { token, expires: new Date((now + seconds) * 1000) };
    },
    async authenticate(token, audiences = own) {
      const verified = await verify(token);
      if (!verified || verified.expires <= clock.now()) return undefined;
      if (!verified.audiences.some((audience) => audiences.includes(audience))) return undefined;
      return stillThere(verified.claims) ? verified.user : undefined;
    },
    keys: async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: "sig" }] }),
    configuration: () => ({
      issuer,
      jwks_uri: `${issuer.replace(/\/$/, "")}/openid/v1/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [alg],
    }),
  };
}

function userOf({ namespace, serviceaccount, pod }: Claims, tokenId: string | undefined): User {
  return {
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    extra: {
      ...(tokenId && { "authentication.kubernetes.io/credential-id": [`JTI=${tokenId}`] }),
      ...(pod && {
        "authentication.kubernetes.io/pod-name": [pod.name],
        "authentication.kubernetes.io/pod-uid": [pod.uid],
      }),
    },
  };
}
