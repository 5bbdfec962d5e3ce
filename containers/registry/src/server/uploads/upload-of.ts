/** Finding the upload a call continues, and telling where it stands. */
import { RegistryError } from "../../errors.ts";
import type { RegistryContent } from "../content.ts";
import type { Call } from "../handler.ts";

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id and present size of the call's upload. Throws BLOB_UPLOAD_UNKNOWN. */
export async function uploadOf(content: RegistryContent, call: Call): Promise<{ id: string; size: number }> {
  const id = call.params.id ?? "";
  const size = ID.test(id) ? await content.uploads.size(id) : undefined;
  if (size === undefined) throw new RegistryError("BLOB_UPLOAD_UNKNOWN", `blob upload unknown to registry: ${id}`);
  return { id, size };
}

/** The headers that say where an upload is and how far it got. */
export function uploadHeaders(name: string, id: string, size: number): Record<string, string> {
  return {
    location: `/v2/${name}/blobs/uploads/${id}`,
    "docker-upload-uuid": id,
    range: `0-${Math.max(size - 1, 0)}`,
  };
}
