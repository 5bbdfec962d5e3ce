import { isDeepStrictEqual } from "node:util";
import type { Pod, PodStatus } from "@skiff/api/core/v1";

/**
 * The strategic merge patch that makes the status of `pod` in the API say what `status` says, or undefined when it
 * already does. Conditions of other writers are left alone. Bound to the uid, so that a Pod of the same name made since
 * is not touched.
 */
export function statusPatch(pod: Pod, status: PodStatus): object | undefined {
  const old = pod.status ?? {};
  const changes: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(status) as [keyof PodStatus, unknown][]) {
    if (field === "conditions") continue;
    if (isDeepStrictEqual(plain(old[field]), plain(value))) continue;
    const merged = (field === "podIPs" || field === "hostIPs") && Array.isArray(value);
    changes[field] = merged && old[field] ? [{ $patch: "replace" }, ...value] : value;
  }
  const gone = ["podIP", "podIPs"] as const;
  for (const field of gone) if (old[field] !== undefined && status[field] === undefined) changes[field] = null;
  const conditions = changedConditions(old, status);
  if (conditions.length > 0) changes.conditions = conditions;
  if (Object.keys(changes).length === 0) return undefined;
  return { metadata: { uid: pod.metadata.uid }, status: changes };
}

function changedConditions(old: PodStatus, status: PodStatus): object[] {
  return (status.conditions ?? []).flatMap((condition) => {
    const before = old.conditions?.find(({ type }) => type === condition.type);
    const after = {
      ...(before?.reason ? { reason: null } : {}),
      ...(before?.message ? { message: null } : {}),
      ...condition,
    };
    const same =
      before?.status === condition.status &&
      (before.reason ?? "") === (condition.reason ?? "") &&
      (before.message ?? "") === (condition.message ?? "") &&
      before.observedGeneration === condition.observedGeneration;
    return same ? [] : [after];
  });
}

/** Without the fields that are only there to be undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
