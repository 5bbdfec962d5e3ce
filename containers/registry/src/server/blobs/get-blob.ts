/** GET and HEAD /v2/<name>/blobs/<digest>, whole or by one range (distribution-spec, "Pulling blobs"). */
import { Readable } from "node:stream";
import { RegistryError } from "../../errors.ts";
import { digestOfCall, type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";
import { byteRange } from "./byte-range.ts";

export function getBlob({ content, cache }: HandlerDeps): Handler {
  return async function getBlob(call) {
    const name = repositoryOf(call);
    const digest = digestOfCall(call.params.digest);
    const arriving = await cache?.blob(name, digest);
    const size = arriving?.size ?? (await content.blobSize(name, digest));
    if (size === undefined) throw new RegistryError("BLOB_UNKNOWN", `blob unknown to registry: ${digest}`);
    const headers = {
      "content-type": "application/octet-stream",
      "docker-content-digest": digest,
      "accept-ranges": "bytes",
      etag: `"${digest}"`,
      "cache-control": "max-age=31536000",
    };
    if (call.header("if-none-match") === headers.etag) return { status: 304, headers };
    const range = byteRange(call.header("range"), size);
    if (range === "unsatisfiable") return { status: 416, headers: { "content-range": `bytes */${size}` } };
    const { start, end } = range ?? { start: 0, end: size - 1 };
    const length = { "content-length": String(end - start + 1) };
    const part = range && { "content-range": `bytes ${start}-${end}/${size}` };
    const reply = { status: range ? 206 : 200, headers: { ...headers, ...length, ...part } };
    if (call.method === "HEAD" || size === 0) return reply;
    const body = arriving
      ? Readable.from(arriving.read(start, end), { objectMode: false })
      : content.readBlob(digest, { start, end });
    return { ...reply, body };
  };
}
