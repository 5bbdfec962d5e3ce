/** TaintNodesByCondition: a new node takes no Pods until it has said that it is ready. */
import type { Node, Taint } from "@skiff/api/core/v1";
import { nodes } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import { whole } from "../targets.ts";

const NOT_READY: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

/** The plugin. The node lifecycle controller takes the taint away. */
export function taintNodesByCondition(): AdmissionPlugin {
  return {
    name: "TaintNodesByCondition",
    concerns: whole(nodes, "CREATE"),
    mutate({ object }) {
      if (!object) return;
      const spec = (object.spec ?? {}) as { taints?: readonly Taint[] };
      const taints: Node["spec"]["taints"] = spec.taints ?? [];
      if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
      object.spec = { ...spec, taints: [...taints, NOT_READY] };
    },
  };
}
