import type { Taint, Toleration } from "../generated/types/core/v1.ts";
import { isInteger } from "./is-integer.ts";

/** Whether one of `tolerations` tolerates `taint`. */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint));
}

/** Whether `toleration` tolerates `taint`, time aside. An empty key with Exists tolerates everything, an empty effect every effect. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const value = taint.value ?? "";
  switch (toleration.operator || "Equal") {
    case "Exists":
      return true;
    case "Equal":
      return Boolean(toleration.key) && (toleration.value ?? "") === value;
    case "Gt":
      return isInteger(value) && isInteger(toleration.value) && BigInt(value) > BigInt(toleration.value);
    case "Lt":
      return isInteger(value) && isInteger(toleration.value) && BigInt(value) < BigInt(toleration.value);
    default:
      return false;
  }
}

/** The first taint that keeps the Pod away from the node, if any. */
export function untolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
): Taint | undefined {
  return taints?.find(
    (taint) => (taint.effect === "NoSchedule" || taint.effect === "NoExecute") && !tolerates(tolerations, taint),
  );
}
