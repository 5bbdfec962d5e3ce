import type { Client } from "@skiff/client";
import type { Manifest } from "./manifests.ts";

/** Who owns the fields that `skiff up` sets (server-side apply). */
export const FIELD_MANAGER = "skiff";

/** Server-side applies one manifest; gives the name to show (`deployment.apps/web`). Throws with the file on a refusal. */
export async function apply(
  client: Client,
  { file, resource, object }: Manifest,
  signal?: AbortSignal,
): Promise<string> {
  const metadata = resource.namespaced ? { namespace: "default", ...object.metadata } : object.metadata;
  try {
    await client.patch(
      resource,
      metadata,
      { ...object, metadata },
      { type: "apply", fieldManager: FIELD_MANAGER, force: true, signal },
    );
  } catch (error) {
    throw new Error(`cannot apply ${file}: ${(error as Error).message}`, { cause: error });
  }
  return `${resource.singular}${resource.group ? `.${resource.group}` : ""}/${object.metadata.name}`;
}
