/** GET and HEAD /v2/<name>/blobs/<digest>, whole or by one range (distribution-spec, "Pulling blobs"). */
import { RegistryError } from "../../errors.ts";
import { digestOfCall, type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";

export function getBlob({ content }: HandlerDeps): Handler {
  return async function getBlob(call) {
    const name = repositoryOf(call);
    const digest = digestOfCall(call.params.digest);
    const size = await content.blobSize(name, digest);
    if (size === undefined) throw new RegistryError("BLOB_UNKNOWN", `blob unknown to registry: ${digest}`);
    const headers = {
      "content-type": "application/octet-stream",
      "docker-content-digest": digest,
      "accept-ranges": "bytes",
    };
    const start = rangeStart(call.header("range"));
    const head = call.method === "HEAD";
    if (start === undefined) {
      const whole = { status: 200, headers: { ...headers, "content-length": String(size) } };
      return head ? whole : { ...whole, body: content.readBlob(digest) };
    }
    if (start >= size) return { status: 416, headers: { "content-range": `bytes */${size}` } };
    const range = { "content-length": String(size - start), "content-range": `bytes ${start}-${size - 1}/${size}` };
    const part = { status: 206, headers: { ...headers, ...range } };
    return head ? part : { ...part, body: content.readBlob(digest, { start, end: size - 1 }) };
  };
}

// Only "from here to the end" is answered in part; other forms may be ignored (RFC 9110, 14.2).
function rangeStart(header: string | undefined): number | undefined {
  const start = /^bytes=(\d{1,15})-$/.exec(header ?? "")?.[1];
  return start === undefined ? undefined : Number(start);
}
