/** What a registry answers to one request. */
import { RegistryError } from "../errors.ts";

/** What came back: a body read at most once, or discarded so that the connection is free again. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

/** Reads a whole body of at most `limit` bytes; throws SIZE_INVALID where there is more. */
export async function drain(response: Answer, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limit) throw new RegistryError("SIZE_INVALID", `answer of ${response.url.host} exceeds ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
