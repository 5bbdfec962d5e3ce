/** The namespace that a project has for itself. */
import { isNotFound } from "@skiff/api";
import type { Namespace } from "@skiff/api/core/v1";
import { namespaces } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import { MANAGED_BY } from "./context.ts";
import { untilGone } from "./until-gone.ts";

/** Throws where the namespace is not a project's; waits for the end of one that is going. */
export async function checkNamespace(client: Client, name: string, signal: AbortSignal): Promise<void> {
  const found = await findNamespace(client, name, signal);
  if (found?.metadata.deletionTimestamp) await untilGone(client, namespaces, { name }, signal);
}

/** The project's namespace, if it is there. Throws where one of that name is somebody else's. */
export async function findNamespace(client: Client, name: string, signal: AbortSignal): Promise<Namespace | undefined> {
  try {
    const found = await client.get(namespaces, { name }, signal);
    const [[label, value]] = Object.entries(MANAGED_BY) as [[string, string]];
    if (found.metadata.labels?.[label] === value) return found;
    throw new Error(`the namespace "${name}" is not a Compose project's: give the project another name (-p NAME)`);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
