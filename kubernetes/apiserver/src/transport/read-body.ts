import type { Readable } from "node:stream";
import { StatusError } from "@skiff/api";
import type { RequestBody } from "../call.ts";

const MAX_BODY = 3 * 1024 * 1024;
/** How long a body may take to arrive. */
const MAX_MS = 60_000;

/**
 * All of a request's body. Throws StatusError 413 when it is larger than 3 MiB; the rest is then read and dropped, so
 * that the client, which is still sending, comes to read the answer. Throws StatusError 504 when it does not come within a minute.
 */
export function readBody(stream: Readable, headers: Readonly<Record<string, unknown>>): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const tooLarge = () => {
      stream.removeAllListeners("data");
      stream.resume();
      reject(StatusError.tooLarge(`limit is ${MAX_BODY}`));
    };
    if (Number(headers["content-length"] ?? 0) > MAX_BODY) return tooLarge();
    const late = setTimeout(() => {
      stream.removeAllListeners("data");
      stream.resume();
      reject(StatusError.timeout("the body of the request did not arrive in time"));
    }, MAX_MS).unref();
    stream.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > MAX_BODY) tooLarge();
      else pieces.push(piece);
    });
    stream.once("end", () => {
      clearTimeout(late);
      const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
      const contentType = headers["content-type"];
      resolve({ bytes, mediaType: mediaTypeOf(typeof contentType === "string" ? contentType : undefined) });
    });
    // However a client leaves in the middle of a body, it is the request that failed, not the server.
    const cutShort = () => reject(StatusError.badRequest("the request ended before its body did"));
    stream.once("error", cutShort);
    stream.once("close", () => {
      clearTimeout(late);
      // Every request closes; an error is made only where it is the answer.
      if (!stream.readableEnded) cutShort();
    });
  });
}

/** The media type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
