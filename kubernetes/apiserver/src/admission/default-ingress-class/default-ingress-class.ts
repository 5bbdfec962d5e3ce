/** DefaultIngressClass: an Ingress that names no class gets the one marked as default, the newest if there are several. */
import { ingressClasses, ingresses } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { newestMarked } from "../newest-marked.ts";
import { whole } from "../targets.ts";

const MARK = "ingressclass.kubernetes.io/is-default-class";
const OLD_NAME = "kubernetes.io/ingress.class";

/** The plugin. */
export function defaultIngressClass({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(ingressClasses);
  return {
    name: "DefaultIngressClass",
    concerns: whole(ingresses, "CREATE"),
    mutate({ object }) {
      if (!object) return;
      const spec = (object.spec ?? {}) as { ingressClassName?: string };
      if (spec.ingressClassName !== undefined || object.metadata.annotations?.[OLD_NAME] !== undefined) return;
      const found = newestMarked(entries, [MARK]);
      if (found) object.spec = { ...spec, ingressClassName: found.metadata.name };
    },
  };
}
