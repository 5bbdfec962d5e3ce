/** ResourceQuota: what is created in a namespace, and what comes to cost more, is paid for from the namespace's quotas. */
import { evaluatorOf } from "@skiff/api/quota";
import { pods, resourceQuotas } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { subresource } from "../targets.ts";
import { QuotaDesk } from "./quota-desk.ts";

const resizesPod = subresource(pods, "resize", "UPDATE");

/** The plugin. Runs last: what any other refuses is not charged. */
export function resourceQuota(deps: Pick<AdmissionDeps, "caches" | "writer" | "clock">): AdmissionPlugin {
  const { entries } = deps.caches.of(resourceQuotas);
  const desks = new Map<string, QuotaDesk>();
  return {
    name: "ResourceQuota",
    concerns(target) {
      const { info, operation } = target;
      const evaluator = info.namespaced ? evaluatorOf(info) : undefined;
      if (!evaluator) return false;
      if (resizesPod(target)) return true;
      return target.subresource === "" && (operation === "CREATE" || (operation === "UPDATE" && evaluator.changes));
    },
    validate(request) {
      const { namespace, info } = request;
      const evaluator = evaluatorOf(info);
      if (!evaluator || entries.under(`${namespace}/`).next().done) return;
      let desk = desks.get(namespace);
      if (!desk) {
        desk = new QuotaDesk(deps, namespace);
        desks.set(namespace, desk);
      }
      return desk.charge(request, evaluator).finally(() => {
        if (desks.get(namespace)?.idle) desks.delete(namespace);
      });
    },
  };
}
