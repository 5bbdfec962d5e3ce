import { DecryptionError } from "../errors.ts";
import type { ValueCipher } from "./value-cipher.ts";

/** Turns values into what is stored and back. */
export interface Encryption {
  encrypt(value: Uint8Array, storeKey: string): Uint8Array;
  /** `stale` when `encrypt` would use another key now. Throws DecryptionError. */
  decrypt(stored: Uint8Array, storeKey: string): { readonly value: Uint8Array; readonly stale: boolean };
}

/** A key with its method and name, or plain text. The first of a list encrypts, each of them decrypts what is its own. */
export type Provider = "identity" | { readonly method: string; readonly keyName: string; readonly cipher: ValueCipher };

const ENCRYPTED = Buffer.from("k8s:enc:");

/**
 * Encryption as Kubernetes does it: an encrypted value begins with `k8s:enc:<method>:v1:<key name>:`, so that stores can be
 * taken over from and by Kubernetes itself. Values without such a beginning are plain text, which `identity` reads.
 */
export function createEncryption(providers: readonly Provider[]): Encryption {
  const known = providers.map((provider) => ({ provider, prefix: prefixOf(provider) }));
  const [first] = known;
  return {
    encrypt(value, storeKey) {
      if (!first || first.provider === "identity") return value;
      return Buffer.concat([first.prefix, first.provider.cipher.encrypt(value, storeKey)]);
    },
    decrypt(stored, storeKey) {
      const isPlain = !startsWith(stored, ENCRYPTED);
      for (const { provider, prefix } of known) {
        const stale = provider !== first?.provider;
        if (provider === "identity") {
          if (isPlain) return { value: stored, stale };
        } else if (startsWith(stored, prefix)) {
          return { value: decryptWith(provider, stored.subarray(prefix.length), storeKey), stale };
        }
      }
      const { method, keyName } = sourceOf(stored);
      throw new DecryptionError(
        storeKey,
        isPlain
          ? "it is not encrypted, and the configuration does not list identity"
          : `it was encrypted by ${method} with the key "${keyName}", which the configuration does not have`,
      );
    },
  };
}

/** Throws DecryptionError for a value that was encrypted: whoever finds one has no configuration to read it with. */
export function assertPlain(stored: Uint8Array, storeKey: string): void {
  if (!startsWith(stored, ENCRYPTED)) return;
  const { method, keyName } = sourceOf(stored);
  const why = `it was encrypted by ${method} with the key "${keyName}", and no encryption is configured for it`;
  throw new DecryptionError(storeKey, why);
}

function decryptWith(provider: Exclude<Provider, "identity">, encrypted: Uint8Array, storeKey: string): Uint8Array {
  try {
    return provider.cipher.decrypt(encrypted, storeKey);
  } catch (cause) {
    const why = `the key "${provider.keyName}" (${provider.method}) does not fit it, or it was changed`;
    throw new DecryptionError(storeKey, why, { cause });
  }
}

function prefixOf(provider: Provider): Buffer {
  return provider === "identity" ? Buffer.alloc(0) : Buffer.from(`k8s:enc:${provider.method}:v1:${provider.keyName}:`);
}

function sourceOf(stored: Uint8Array): { readonly method: string; readonly keyName: string } {
  const [, , method = "?", , keyName = "?"] = Buffer.from(stored.subarray(0, 300)).toString("latin1").split(":");
  return { method, keyName };
}

function startsWith(bytes: Uint8Array, prefix: Buffer): boolean {
  return prefix.equals(bytes.subarray(0, prefix.length));
}
