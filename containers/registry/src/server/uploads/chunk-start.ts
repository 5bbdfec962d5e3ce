import { RegistryError } from "../../errors.ts";
import type { Call } from "../handler.ts";

/** Where the chunk in a call's body begins, from its Content-Range ("0-99"); undefined where it does not say. Throws BLOB_UPLOAD_INVALID. */
export function chunkStart(call: Call): number | undefined {
  const range = call.header("content-range");
  if (range === undefined) return undefined;
  const [, start, end] = /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(range) ?? [];
  if (start === undefined || Number(end) < Number(start) - 1)
    throw new RegistryError("BLOB_UPLOAD_INVALID", `invalid Content-Range ${JSON.stringify(range)}`);
  const length = call.header("content-length");
  if (length !== undefined && Number(length) !== Number(end) - Number(start) + 1)
    throw new RegistryError("SIZE_INVALID", `Content-Range ${range} does not fit the ${length} bytes of the chunk`);
  return Number(start);
}
