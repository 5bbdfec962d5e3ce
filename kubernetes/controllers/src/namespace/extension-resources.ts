import { type ResourceInfo, StatusError } from "@skiff/api";
import type { APIService } from "@skiff/api/apiregistration/v1";
import type { APIResourceList } from "@skiff/api/meta/v1";
import type { Client } from "@skiff/client";
import type { Trouble } from "./plan.ts";

/** What other API servers have in namespaces, and those that could not be asked. */
export interface ExtensionResources {
  readonly resources: readonly ResourceInfo[];
  readonly troubles: readonly Trouble[];
}

/** Asks the servers behind `services` which of their resources live in namespaces and can be listed and deleted. */
export async function extensionResources(
  client: Client,
  services: readonly APIService[],
  signal: AbortSignal,
): Promise<ExtensionResources> {
  const resources: ResourceInfo[] = [];
  const troubles: Trouble[] = [];
  for (const { spec } of services) {
    if (!spec.service) continue;
    const { group = "", version = "" } = spec;
    const call = { verb: "get", resource: resourceOf({ group, version, name: "", kind: "" }, []) } as const;
    try {
      const list = (await client.transport.call(call, signal)) as APIResourceList;
      for (const { name, kind, namespaced, verbs } of list.resources ?? []) {
        const isContent = namespaced && verbs.includes("list") && verbs.includes("delete");
        if (isContent) resources.push(resourceOf({ group, version, name, kind }, verbs));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StatusError)) throw error;
      troubles.push({ resource: `${group}/${version}`, message: `${group}/${version}: ${error.message}` });
    }
  }
  return { resources, troubles };
}

function resourceOf(
  { group, version, name, kind }: { group: string; version: string; name: string; kind: string },
  verbs: readonly string[],
): ResourceInfo {
  return {
    group,
    version,
    plural: name,
    singular: "",
    kind,
    listKind: `${kind}List`,
    namespaced: name !== "",
    shortNames: [],
    categories: [],
    verbs,
    subresources: [],
    storageVersion: true,
    typeName: `${group}/${version}.${kind}`,
  };
}
