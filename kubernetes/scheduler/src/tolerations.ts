import type { Taint, Toleration } from "@skiff/api/core/v1";

/** Whether one of `tolerations` tolerates `taint`. An empty key with Exists tolerates everything, an empty effect every effect. */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some((toleration) => {
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
  });
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

function isInteger(value: string | undefined): value is string {
  return value !== undefined && /^-?\d{1,19}$/.test(value);
}
