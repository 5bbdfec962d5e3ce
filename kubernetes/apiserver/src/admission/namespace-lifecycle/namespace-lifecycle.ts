/** NamespaceLifecycle: nothing is created in a namespace that does not exist or is being deleted, and the system's own stay. */
import { StatusError } from "@skiff/api";
import { namespaces } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";

const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);

/** The plugin. */
export function namespaceLifecycle({ caches }: AdmissionDeps): AdmissionPlugin {
  const cache = caches.of(namespaces);
  return {
    name: "NamespaceLifecycle",
    validate({ operation, info, name }) {
      if (operation === "DELETE" && info.kind === "Namespace" && info.group === "" && IMMORTAL.has(name)) {
        throw StatusError.forbidden(info, name, "this namespace may not be deleted");
      }
    },
    // Before the other plugins look for what would be in it, and before the object is validated.
    mutate({ operation, info, namespace, name, subresource }) {
      if (operation !== "CREATE" || namespace === "" || subresource !== "" || isReview(info.group)) return;
      const found = cache.entries.get(namespace)?.object;
      if (!found) throw StatusError.notFound(namespaces, namespace);
      if (found.metadata.deletionTimestamp === undefined) return;
      const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
      const refusal = StatusError.forbidden(info, name, why);
      const causes = [
        {
          reason: "NamespaceTerminating",
          message: `namespace ${namespace} is being terminated`,
          field: "metadata.namespace",
        },
      ];
      throw new StatusError({ ...refusal.status, details: { ...refusal.status.details, causes } });
    },
  };
}

function isReview(group: string): boolean {
  return group === "authorization.k8s.io" || group === "authentication.k8s.io";
}
