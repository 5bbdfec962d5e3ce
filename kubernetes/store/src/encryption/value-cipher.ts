import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** One way to encrypt values with one key. What it makes carries no sign of which: that is `encryption.ts`. */
export interface ValueCipher {
  encrypt(value: Uint8Array, storeKey: string): Uint8Array;
  /** Throws when the bytes were not made by `encrypt` with this key, and for AES-GCM under this store key. */
  decrypt(encrypted: Uint8Array, storeKey: string): Uint8Array;
}

const NONCE = 12;
const TAG = 16;
const IV = 16;

/**
 * AES-GCM with a random nonce. The store key is authenticated too: a value that was moved to another key is refused.
 * A key should be replaced before it has encrypted 2^32 values: beyond that, nonces repeat too likely.
 */
export function aesGcm(key: Uint8Array): ValueCipher {
  const algorithm = `aes-${bitsOf(key)}-gcm` as "aes-256-gcm";
  return {
    encrypt(value, storeKey) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(storeKey));
      return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(encrypted, storeKey) {
      if (encrypted.length < NONCE + TAG) throw new Error("it is too short");
      const decipher = createDecipheriv(algorithm, key, encrypted.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(storeKey)).setAuthTag(encrypted.subarray(-TAG));
      return Buffer.concat([decipher.update(encrypted.subarray(NONCE, -TAG)), decipher.final()]);
    },
  };
}

/** AES-CBC with a random IV and PKCS #7 padding, which does not notice changed bytes: for values other programs encrypted. */
export function aesCbc(key: Uint8Array): ValueCipher {
  const algorithm = `aes-${bitsOf(key)}-cbc`;
  return {
    encrypt(value) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv(algorithm, key, iv);
      return Buffer.concat([iv, cipher.update(value), cipher.final()]);
    },
    decrypt(encrypted) {
      const decipher = createDecipheriv(algorithm, key, encrypted.subarray(0, IV));
      return Buffer.concat([decipher.update(encrypted.subarray(IV)), decipher.final()]);
    },
  };
}

function bitsOf(key: Uint8Array): number {
  if (![16, 24, 32].includes(key.length)) {
    throw new Error(`Cannot use a key of ${key.length} bytes: AES keys have 16, 24 or 32`);
  }
  return key.length * 8;
}
