/** POST pods/eviction: a deletion that respects disruption budgets. */
import { fromLabelSelector, matches, StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import type { DeleteOptions } from "@skiff/api/meta/v1";
import type { PodDisruptionBudget } from "@skiff/api/policy/v1";
import { podDisruptionBudgets, pods } from "@skiff/api/resources";
import { ADMITTED } from "../../admission/admission.ts";
import type { Handler } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import { timestamp } from "../../objects/timestamp.ts";
import type { Server } from "../../server-parts.ts";
import { type ApiObject, draftOf } from "../../state/api-object.ts";
import { type DeleteDeps, deleteObject } from "../delete.ts";
import { keyOf } from "../target.ts";
import { admitPart } from "./admit-part.ts";

const EVICTION = { group: "policy", version: "v1", kind: "Eviction", typeName: "policy/v1.Eviction" };

/** Takes one disruption from the budget that covers the Pod, then deletes it. */
export function evictPod(deps: DeleteDeps & Pick<Server, "caches">): Handler {
  return async (call) => {
    const eviction = await readObject(call, EVICTION);
    await admitPart(deps.admission, call, "CREATE", EVICTION, eviction);
    const options = (eviction.deleteOptions ?? {}) as DeleteOptions;
    await deps.caches.fresh();
    const pod = deps.caches.of(pods).entries.get(keyOf(call.info))?.object as unknown as Pod | undefined;
    if (!pod) throw StatusError.notFound(pods, call.info.name);
    const budgets = budgetsOf(deps.caches, pod);
    if (budgets.length > 1) {
      throw StatusError.internal(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
      );
    }
    const [budget] = budgets;
    if (budget && !costsNothing(pod, budget)) await takeDisruption(deps, budget, pod);
    await deleteObject({ ...deps, admission: ADMITTED }, call, pods, keyOf(call.info), options);
    return {
      type: "object",
      code: 201,
      object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
    };
  };
}

/** What does not run is missed by nobody; nor is what is not ready, where the budget is met without it or says so. */
function costsNothing({ metadata, status }: Pod, budget: PodDisruptionBudget): boolean {
  const runs = status?.phase !== "Succeeded" && status?.phase !== "Failed" && status?.phase !== "Pending";
  if (!runs || metadata.deletionTimestamp !== undefined) return true;
  const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
  if (ready) return false;
  if (budget.spec?.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function budgetsOf(caches: Server["caches"], pod: Pod): PodDisruptionBudget[] {
  const found: PodDisruptionBudget[] = [];
  for (const { object } of caches.of(podDisruptionBudgets).entries.under(`${pod.metadata.namespace}/`)) {
    const budget = object as unknown as PodDisruptionBudget;
    if (matches(fromLabelSelector(budget.spec?.selector), pod.metadata.labels)) found.push(budget);
  }
  return found;
}

async function takeDisruption({ writer, clock }: DeleteDeps, budget: PodDisruptionBudget, pod: Pod): Promise<void> {
  const { namespace, name } = budget.metadata;
  await writer.change(podDisruptionBudgets, `${namespace}/${name}`, ({ object }) => {
    const { status, metadata } = object as unknown as PodDisruptionBudget;
    const behind = (status?.observedGeneration ?? 0) < (metadata.generation ?? 0);
    const allowed = status?.disruptionsAllowed ?? 0;
    if (behind || allowed <= 0) {
      const why = behind
        ? `The disruption budget ${name} is still being processed by the server.`
        : `The disruption budget ${name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`;
      const message = "Cannot evict pod as it would violate the pod's disruption budget.";
      throw StatusError.tooManyRequests(message, behind ? 10 : 0, [{ reason: "DisruptionBudget", message: why }]);
    }
    const draft = draftOf(object);
    const disruptedPods = { ...status?.disruptedPods, [pod.metadata.name]: timestamp(clock.now()) };
    draft.status = { ...status, disruptionsAllowed: allowed - 1, disruptedPods };
    return { put: draft as ApiObject };
  });
}
