/** Digests (image-spec, "Digests"): only SHA-256 is accepted, the one algorithm every registry uses. */
import { createHash } from "node:crypto";
import { RegistryError } from "./errors.ts";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether the text is a digest this room can check. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** The digest of bytes in memory. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Passes a stream on unchanged and throws DIGEST_INVALID at its end unless it had the digest and size expected; sooner
 * where it grows longer than the size. A consumer must not trust what it got before the stream ended.
 */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  expected: { readonly digest: string; readonly size: number },
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > expected.size) {
      throw new RegistryError(
        "DIGEST_INVALID",
        `content of ${expected.digest} is longer than its ${expected.size} bytes`,
      );
    }
    hash.update(chunk);
    yield chunk;
  }
  const digest = `sha256:${hash.digest("hex")}`;
  if (size !== expected.size || digest !== expected.digest) {
    throw new RegistryError(
      "DIGEST_INVALID",
      `content does not match ${expected.digest}: got ${digest}, ${size} bytes`,
    );
  }
}
