/** DefaultTolerationSeconds: a Pod stays five minutes on a node that is not ready or cannot be reached, unless it says otherwise. */
import type { Toleration } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import { whole } from "../targets.ts";

const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
const SECONDS = 300;

/** The plugin. */
export function defaultTolerationSeconds(): AdmissionPlugin {
  return {
    name: "DefaultTolerationSeconds",
    concerns: whole(pods, "CREATE", "UPDATE"),
    mutate({ object }) {
      const spec = object?.spec as { tolerations?: readonly Toleration[] } | undefined;
      if (!spec) return;
      const present = spec.tolerations ?? [];
      const missing = TAINTS.filter((taint) => !present.some((toleration) => covers(toleration, taint)));
      if (missing.length === 0) return;
      const added = missing.map(
        (key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: SECONDS }) as const,
      );
      spec.tolerations = [...present, ...added];
    },
  };
}

function covers({ key, effect }: Toleration, taint: string): boolean {
  const everyKey = key === undefined || key === "";
  const everyEffect = effect === undefined;
  return (everyKey || key === taint) && (everyEffect || effect === "NoExecute");
}
