import { createPrivateKey, type KeyObject, webcrypto } from "node:crypto";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A new ECDSA P-256 key pair. */
export function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
}

/** A private key as PKCS #8 PEM. */
export async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}

/** A P-256 private key in PEM (PKCS #8 or SEC 1) as a key that signs. Throws on anything else. */
export function importSigningKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", new Uint8Array(der), CURVE, true, ["sign"]);
}

/** A new key for signing service account tokens (ES256), with its PEM for keeping. */
export async function generateTokenKey(): Promise<{ readonly key: KeyObject; readonly pem: string }> {
  const pem = await exportKey((await generateKeys()).privateKey);
  return { key: createPrivateKey(pem), pem };
}
