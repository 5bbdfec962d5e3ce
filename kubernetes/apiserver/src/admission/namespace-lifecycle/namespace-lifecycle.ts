/** NamespaceLifecycle: nothing is written into a namespace that does not exist, nothing new into one being deleted, and the system's own stay. */
import { StatusError } from "@skiff/api";
import { namespaces } from "@skiff/api/resources";
import type { ApiObject } from "../../state/api-object.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { whole } from "../targets.ts";

const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);
const deletesNamespace = whole(namespaces, "DELETE");

/** The plugin. It mutates nothing, but has to speak before the plugins that look for what would be in the namespace. */
export function namespaceLifecycle({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(namespaces);
  return {
    name: "NamespaceLifecycle",
    concerns(target) {
      const { info, operation } = target;
      if (deletesNamespace(target)) return true;
      // A review that told of the namespace would tell it to those who may not see it.
      const isReview = info.group === "authorization.k8s.io";
      return info.namespaced && (operation === "CREATE" || operation === "UPDATE") && !isReview;
    },
    mutate(request) {
      const { operation, namespace, info, name } = request;
      if (operation === "DELETE") {
        if (IMMORTAL.has(name)) throw StatusError.forbidden(info, name, "this namespace may not be deleted");
        return;
      }
      if (namespace === "") return;
      const found = entries.get(namespace)?.object;
      if (found) return check(request, found);
      // Another server on the same store may have made it a moment ago.
      return caches.fresh().then(() => {
        const now = entries.get(namespace)?.object;
        if (!now) throw StatusError.notFound(namespaces, namespace);
        check(request, now);
      });
    },
  };
}

function check(request: AdmissionRequest, { metadata, status }: ApiObject): void {
  const terminating =
    metadata.deletionTimestamp !== undefined || (status as { phase?: string } | undefined)?.phase === "Terminating";
  if (request.operation !== "CREATE" || !terminating) return;
  const { namespace } = request;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status: refused } = refusal(request, why);
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  throw new StatusError({ ...refused, details: { ...refused.details, causes: [cause] } });
}
