import type { KeyObject } from "node:crypto";
import type { ResourceInfo } from "@skiff/api";
import type { Secret } from "@skiff/api/core/v1";
import { nodes, pods, secrets, serviceAccounts } from "@skiff/api/resources";
import { decodeJwt, errors, type JWTPayload, jwtVerify, type ProtectedHeaderParameters, SignJWT } from "jose";
import type { User } from "../call.ts";
import type { Caches } from "../state/caches.ts";
import type { Authenticated } from "./token-authenticator.ts";
import {
  boundClaims,
  LEGACY_ISSUER,
  legacyClaims,
  newLegacyClaims,
  type TokenClaims,
  tokenUser,
} from "./token-claims.ts";
import { algorithmOf, keySet, verificationKeys } from "./token-keys.ts";

/** Whose tokens, signed and checked with which keys. */
export interface ServiceAccountOptions {
  readonly issuer: string;
  /** Issuers whose tokens are taken as well: those of before the issuer was changed. */
  readonly otherIssuers?: readonly string[] | undefined;
  /** The private key tokens are signed with: EC or RSA. */
  readonly signingKey: KeyObject;
  /** Keys tokens are checked with besides: the public or private keys of before, and those to come. */
  readonly otherKeys?: readonly KeyObject[] | undefined;
  /** The audiences a token is good for when the request names none; the issuer when missing. */
  readonly audiences?: readonly string[] | undefined;
  /** Where others find the keys; below the issuer when missing. */
  readonly jwksUri?: string | undefined;
  /** Whether Pods' tokens live for a year though asked for an hour, for clients that read them once. True when missing. */
  readonly extendExpiration?: boolean | undefined;
  /** The longest life of a token that is asked for, in seconds. */
  readonly maxExpirationSeconds?: number | undefined;
}

/** What a token is bound to: it dies with that object. */
export interface BoundObject {
  readonly kind: "Pod" | "Secret" | "Node";
  readonly name: string;
  readonly uid: string;
  /** Of a Pod: the node it is on. */
  readonly node?: { readonly name: string; readonly uid: string } | undefined;
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
  /** What a token is good for that names no audience. */
  readonly audiences: readonly string[];
  readonly maxExpirationSeconds: number | undefined;
  /** `expires` is when the token should be replaced; it may live on after that. */
  issue(spec: TokenSpec): Promise<{ readonly token: string; readonly expires: Date; readonly id: string }>;
  /** A token without an end, to be kept in a Secret. */
  issueLegacy(account: { name: string; uid: string }, namespace: string, secret: string): Promise<string>;
  /** Whose a token is; undefined for tokens of other issuers. Throws when it is one of ours and not good. */
  authenticate(token: string, audiences?: readonly string[]): Promise<Authenticated | undefined>;
  /** The JSON Web Key Set others check tokens with. */
  keys(): Promise<object>;
  /** The OpenID discovery document; undefined where the issuer is no URL. */
  configuration(): object | undefined;
}

interface Verified {
  readonly user: User;
  readonly claims: TokenClaims;
  readonly legacy: boolean;
  readonly audiences: readonly string[];
  readonly notBefore: number;
  readonly expires: number;
}

/** Signatures are checked once per token; whether its account and its Pod still exist, every time. */
const REMEMBERED = 2000;
/** What a kubelet asks for on behalf of a Pod: an hour, and a little to tell it apart. */
const PROJECTED_SECONDS = 3607;
const YEAR_SECONDS = 365 * 24 * 3600;
/** An object that is being deleted vouches for its tokens a little longer: its containers are still stopping. */
const LEEWAY_MS = 60_000;

/** The authority of an issuer. */
export function createTokenAuthority(
  options: ServiceAccountOptions,
  caches: Caches,
  clock: { now(): number },
): TokenAuthority {
  const { issuer, signingKey, otherKeys = [], extendExpiration = true } = options;
  const own = options.audiences?.length ? options.audiences : [issuer];
  const keys = verificationKeys([signingKey, ...otherKeys]);
  const issuers = [issuer, ...(options.otherIssuers ?? [])];
  const header = { alg: algorithmOf(signingKey), kid: keys[0]?.id ?? "" };
  const known = new Map<string, Verified>();
  const alive = objectsAlive(caches, clock);

  const signatureOf = async (token: string): Promise<JWTPayload> => {
    const options = { currentDate: new Date(clock.now()) };
    const choices = (kid: string | undefined) => keys.filter(({ id }) => kid === undefined || kid === "" || id === kid);
    let tried: ReturnType<typeof choices> = [];
    let at = 0;
    const keyOf = ({ kid }: ProtectedHeaderParameters) => {
      tried = choices(kid);
      const key = tried[at]?.key;
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key;
    };
    for (;;) {
      try {
        return (await jwtVerify(token, keyOf, options)).payload;
      } catch (error) {
        // Tokens that do not say which key signed them are tried with each.
        const wrongKey = error instanceof errors.JWSSignatureVerificationFailed || error instanceof TypeError;
        if (!wrongKey || ++at >= tried.length) throw error;
      }
    }
  };

  const verify = async (token: string): Promise<Verified | undefined> => {
    const remembered = known.get(token);
    if (remembered) return remembered;
    const stated = issuerOf(token);
    if (stated !== LEGACY_ISSUER && !issuers.includes(stated)) return undefined;
    const payload = await signatureOf(token);
    const legacy = payload.iss === LEGACY_ISSUER;
    const claims = legacy ? legacyClaims(payload) : boundClaims(payload);
    if (!claims || (!legacy && payload.exp === undefined)) throw new Error("the token does not say whose it is");
    const audiences = typeof payload.aud === "string" ? [payload.aud] : (payload.aud ?? []);
    const verified: Verified = {
      user: tokenUser(claims, payload.jti),
      claims,
      legacy,
      audiences: legacy ? own : audiences,
      notBefore: (payload.nbf ?? 0) * 1000,
      expires: payload.exp === undefined ? Number.POSITIVE_INFINITY : payload.exp * 1000,
    };
    if (known.size >= REMEMBERED) known.clear();
    known.set(token, verified);
    return verified;
  };

  const sign = (payload: JWTPayload) => new SignJWT(payload).setProtectedHeader(header).sign(signingKey);

  return {
    audiences: own,
    maxExpirationSeconds: options.maxExpirationSeconds,
    async issue({ namespace, name, uid, audiences, seconds, bound }) {
      const now = Math.floor(clock.now() / 1000);
      const aud = audiences.length > 0 ? [...audiences] : [...own];
      const extended =
        extendExpiration && bound?.kind === "Pod" && seconds === PROJECTED_SECONDS && aud.every((a) => own.includes(a));
      const { node } = bound ?? {};
      const claims: TokenClaims = {
        namespace,
        ...(node && bound?.kind === "Pod" && { node }),
        serviceaccount: { name, uid },
        ...(bound && { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
        ...(extended && { warnafter: now + seconds }),
      };
      const id = crypto.randomUUID();
      const token = await sign({
        aud,
        exp: now + (extended ? YEAR_SECONDS : seconds),
        iat: now,
        iss: issuer,
        jti: id,
        "kubernetes.io": claims,
        nbf: now,
        sub: `system:serviceaccount:${namespace}:${name}`,
      });
      return { token, expires: new Date((now + seconds) * 1000), id };
    },
    issueLegacy: (account, namespace, secret) => sign(newLegacyClaims(account, namespace, secret)),
    async authenticate(token, audiences = own) {
      let verified: Verified | undefined;
      try {
        verified = await verify(token);
      } catch (error) {
        if (error instanceof errors.JOSEError) throw new Error(error.message, { cause: error });
        throw error;
      }
      if (!verified) return undefined;
      const now = clock.now();
      if (verified.expires <= now) throw new Error("Token has expired.");
      if (verified.notBefore > now + LEEWAY_MS) throw new Error("Token is not valid yet.");
      const good = verified.audiences.filter((audience) => audiences.includes(audience));
      if (good.length === 0) {
        throw new Error(
          `token audiences ${JSON.stringify(verified.audiences)} is invalid for the target audiences ${JSON.stringify(audiences)}`,
        );
      }
      const gone = verified.legacy ? alive.legacyProblem(verified.claims, token) : alive.problem(verified.claims);
      if (gone !== undefined) throw new Error(gone);
      return { user: verified.user, audiences: good };
    },
    keys: () => keySet(keys),
    configuration: () =>
      /^https:\/\//.test(issuer)
        ? {
            issuer,
            jwks_uri: options.jwksUri ?? `${issuer.replace(/\/$/, "")}/openid/v1/jwks`,
            response_types_supported: ["id_token"],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: [...new Set(keys.map(({ algorithm }) => algorithm))],
          }
        : undefined,
  };
}

/** Whether what tokens are bound to is still there: a sentence of what is not, else undefined. */
function objectsAlive(caches: Caches, clock: { now(): number }) {
  const find = (info: ResourceInfo, key: string) => caches.of(info).entries.get(key)?.object;
  const problemOf = (info: ResourceInfo, key: string, uid: string): string | undefined => {
    const object = find(info, key);
    if (!object) return `${info.plural} ${JSON.stringify(key)} not found`;
    const deleted = object.metadata.deletionTimestamp;
    if (deleted !== undefined && Date.parse(deleted) + LEEWAY_MS < clock.now())
      return `${info.singular} has been deleted`;
    if (uid !== "" && object.metadata.uid !== uid)
      return `the ${info.singular} UID (${object.metadata.uid}) does not match claim (${uid})`;
    return undefined;
  };
  const problem = ({ namespace, serviceaccount, pod, secret, node }: TokenClaims): string | undefined =>
    problemOf(serviceAccounts, `${namespace}/${serviceaccount.name}`, serviceaccount.uid) ??
    (pod && problemOf(pods, `${namespace}/${pod.name}`, pod.uid)) ??
    (secret && problemOf(secrets, `${namespace}/${secret.name}`, secret.uid)) ??
    (node && !pod ? problemOf(nodes, node.name, node.uid) : undefined);
  return {
    problem,
    legacyProblem(claims: TokenClaims, token: string): string | undefined {
      const gone = problem(claims);
      if (gone !== undefined) return gone;
      const secret = find(secrets, `${claims.namespace}/${claims.secret?.name}`) as unknown as Secret | undefined;
      if (Buffer.from(secret?.data?.token ?? "", "base64").toString() !== token)
        return "token does not match server's copy";
      if (secret?.metadata.labels?.["kubernetes.io/legacy-token-invalid-since"] !== undefined)
        return "the token has been invalidated";
      return undefined;
    },
  };
}

// Unverified: only to leave the tokens of others to others.
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? "";
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return "";
    throw error;
  }
}
