/** GET /v2/<name>/blobs/<digest> (distribution-spec, "Pulling blobs"), resumed with Range where a transfer breaks. */
import type { Descriptor } from "../descriptor.ts";
import { verified } from "../digest.ts";
import { RegistryError } from "../errors.ts";
import { familiarReference, type Reference } from "../reference.ts";
import type { Http } from "./http.ts";
import type { FetchBlobOptions } from "./registry-client.ts";

/** How often a broken transfer is taken up again without having got any further in between. */
const MAX_STALLS = 3;

/** See RegistryClient.fetchBlob. */
export function fetchBlob(
  http: Http,
  reference: Reference,
  descriptor: Descriptor,
  options: FetchBlobOptions = {},
): AsyncIterable<Uint8Array> {
  return verified(resumed(http, reference, descriptor, options), descriptor);
}

async function* resumed(
  http: Http,
  reference: Reference,
  { digest, size }: Descriptor,
  options: FetchBlobOptions,
): AsyncGenerator<Uint8Array> {
  let position = 0;
  let stalls = 0;
  const { have } = options;
  if (have !== undefined && have.size > 0 && have.size <= size) {
    yield* have.read();
    position = have.size;
  }
  while (position < size || position === 0) {
    const response = await http.request(reference, {
      path: `/blobs/${digest}`,
      headers: position === 0 ? {} : { range: `bytes=${position}-` },
      auth: options.auth,
      signal: options.signal,
    });
    if (response.status !== 200 && response.status !== 206)
      throw await http.failure(response, `blob ${digest} of ${familiarReference(reference)}`);
    // A registry that knows no ranges answers 200 with everything: skip what is already there.
    let skip = response.status === 200 ? position : 0;
    let failure: unknown;
    try {
      for await (const chunk of response.body) {
        const fresh = chunk.subarray(Math.min(skip, chunk.byteLength));
        skip -= chunk.byteLength - fresh.byteLength;
        if (fresh.byteLength === 0) continue;
        position += fresh.byteLength;
        stalls = 0;
        yield fresh;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      failure = error;
    }
    if (position >= size) return;
    if (failure === undefined) failure = new Error(`it ended after ${position} of ${size} bytes`);
    if (++stalls > MAX_STALLS) {
      throw new RegistryError("UNREACHABLE", `transfer of blob ${digest} keeps breaking: ${String(failure)}`, {
        cause: failure,
      });
    }
  }
}
