/** PodTopologyLabels: a Pod carries the zone and the region of the node it is put on. */
import type { Binding, PodSpec } from "@skiff/api/core/v1";
import { nodes, pods } from "@skiff/api/resources";
import type { Draft } from "../../state/api-object.ts";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { anyOf, subresource, whole } from "../targets.ts";

const LABELS = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

/** The plugin. The labels put on a Binding are the Pod's once it is bound. */
export function podTopologyLabels({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(nodes);
  return {
    name: "PodTopologyLabels",
    concerns: anyOf(whole(pods, "CREATE"), subresource(pods, "binding", "CREATE")),
    mutate({ object, subresource }) {
      if (!object) return;
      const name = subresource === "binding" ? targetOf(object) : (object.spec as PodSpec).nodeName;
      const labels = name ? entries.get(name)?.object.metadata.labels : undefined;
      for (const label of LABELS) {
        const value = labels?.[label];
        if (value !== undefined) object.metadata.labels = { ...object.metadata.labels, [label]: value };
      }
    },
  };
}

function targetOf(object: Draft): string | undefined {
  const { target } = object as unknown as Binding;
  return target.kind === undefined || target.kind === "" || target.kind === "Node" ? target.name : undefined;
}
