/** The keys service account tokens are signed and checked with: one signs, any of several checks. */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { exportJWK, type JWK } from "jose";

/** One key tokens are checked with. */
export interface VerificationKey {
  readonly id: string;
  readonly algorithm: string;
  readonly key: KeyObject;
}

/** The verification keys of some private or public keys, each once. Throws for a kind of key tokens are not signed with. */
export function verificationKeys(keys: readonly KeyObject[]): readonly VerificationKey[] {
  const found = new Map<string, VerificationKey>();
  for (const given of keys) {
    const key = given.type === "private" ? createPublicKey(given) : given;
    const spki = key.export({ type: "spki", format: "der" });
    const id = createHash("sha256").update(spki).digest("base64url");
    found.set(id, { id, algorithm: algorithmOf(key), key });
  }
  return [...found.values()];
}

/** The signature algorithm (RFC 7518) that goes with a key. */
export function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return "RS256";
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const algorithm = { prime256v1: "ES256", secp384r1: "ES384", secp521r1: "ES512" }[curve ?? ""];
  if (algorithm === undefined)
    throw new Error("service account tokens are signed with RSA, P-256, P-384 or P-521 keys");
  return algorithm;
}

/** The JSON Web Key Set others check tokens with. */
export async function keySet(keys: readonly VerificationKey[]): Promise<{ readonly keys: readonly JWK[] }> {
  return {
    keys: await Promise.all(
      keys.map(async ({ id, algorithm, key }) => ({ use: "sig", ...(await exportJWK(key)), kid: id, alg: algorithm })),
    ),
  };
}
