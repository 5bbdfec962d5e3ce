import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { Client } from "@skiff/client";
import type { BindPlugin } from "../../framework.ts";

/** DefaultBinder: tells the API server where the Pod goes, by its binding subresource. */
export function defaultBinder(client: Pick<Client, "createSubresource">): BindPlugin {
  return {
    name: "DefaultBinder",
    wakesOn: [],
    async bind({ metadata }: Pod, nodeName, signal) {
      const { namespace, name, uid } = metadata;
      const binding = {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { namespace, name, uid },
        target: { apiVersion: "v1", kind: "Node", name: nodeName },
      };
      await client.createSubresource(pods, metadata, "binding", binding, { signal });
      return true;
    },
  };
}
