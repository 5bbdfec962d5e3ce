/** Finding the upload a call continues. */
import { RegistryError } from "../../errors.ts";
import type { RegistryContent } from "../content.ts";
import type { Call } from "../handler.ts";

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id and present size of the call's upload. Throws BLOB_UPLOAD_UNKNOWN. */
export async function uploadOf(content: RegistryContent, call: Call): Promise<{ id: string; size: number }> {
  const id = call.params.id ?? "";
  const size = ID.test(id) ? await content.uploadSize(id) : undefined;
  if (size === undefined) throw new RegistryError("BLOB_UPLOAD_UNKNOWN", `blob upload unknown to registry: ${id}`);
  return { id, size };
}
