import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { mediaTypes } from "@skiff/registry";
import type { ContentStore, Descriptor } from "../content-store.ts";

/** Stores a layer archive, compressed. Gives its blob, and the digest of the plain archive. */
export async function storeLayer(
  content: ContentStore,
  tar: AsyncIterable<Uint8Array>,
): Promise<{ diffId: string; layer: Descriptor }> {
  const hash = createHash("sha256");
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of tar) {
      hash.update(chunk);
      yield chunk;
    }
  };
  // Speed over size: most layers never leave the machine.
  const gzip = createGzip({ level: 1 });
  pipeline(Readable.from(hashed(), { objectMode: false }), gzip, () => undefined);
  const { digest, size } = await content.ingest(gzip as AsyncIterable<Uint8Array>);
  return { diffId: `sha256:${hash.digest("hex")}`, layer: { mediaType: mediaTypes.OCI_LAYER_GZIP, digest, size } };
}
