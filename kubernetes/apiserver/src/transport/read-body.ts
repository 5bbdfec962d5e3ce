import type { Readable } from "node:stream";
import { StatusError } from "@skiff/api";
import type { RequestBody } from "../call.ts";

const MAX_BODY = 3 * 1024 * 1024;

/** All of a request's body. Throws StatusError 413 when it is larger than 3 MiB. */
export async function readBody(stream: Readable, contentType: string | undefined): Promise<RequestBody> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BODY) throw StatusError.tooLarge(`limit is ${MAX_BODY}`);
    pieces.push(piece);
  }
  const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  return { bytes, mediaType: mediaTypeOf(contentType) };
}

/** The media type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
