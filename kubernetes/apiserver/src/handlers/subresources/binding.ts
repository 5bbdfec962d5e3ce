/** POST pods/binding: the scheduler's decision. */
import { findKind, type ResourceInfo, StatusError } from "@skiff/api";
import type { Binding, Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { Handler } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import { timestamp } from "../../objects/timestamp.ts";
import { isDryRun } from "../../objects/write-options.ts";
import type { Server } from "../../server-parts.ts";
import { type ApiObject, draftOf } from "../../state/api-object.ts";
import { admitPart } from "./admit-part.ts";

/** Writes the node into the Pod, unless it has one or is being deleted. */
export function bindPod({ writer, clock, admission }: Pick<Server, "writer" | "clock" | "admission">): Handler {
  return async (call) => {
    const kind = required(findKind("", "v1", "Binding"));
    const draft = await readObject(call, kind);
    await admitPart(admission, call, "CREATE", kind, draft);
    const binding = draft as unknown as Binding;
    const name = call.info.subresource === "binding" ? call.info.name : binding.metadata.name;
    const node = binding.target.name;
    if (!node) {
      throw StatusError.invalid({ group: "", kind: "Binding" }, name, [
        { type: "FieldValueRequired", field: "target.name", detail: "" },
      ]);
    }
    const dryRun = isDryRun(call);
    await writer.change(pods, `${call.info.namespace}/${name}`, ({ object }) => {
      const pod = object as unknown as Pod;
      if (binding.metadata.uid && binding.metadata.uid !== pod.metadata.uid) {
        const why = `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${pod.metadata.uid}`;
        throw StatusError.conflict(pods, name, why);
      }
      if (pod.metadata.deletionTimestamp !== undefined) {
        throw StatusError.conflict(
          { group: "", plural: "pods/binding" },
          name,
          `pod ${name} is being deleted, cannot be assigned to a host`,
        );
      }
      if (pod.spec.nodeName) {
        const why = `pod ${name} is already assigned to node "${pod.spec.nodeName}"`;
        throw StatusError.conflict({ group: "", plural: "pods/binding" }, name, why);
      }
      const draft = draftOf(object);
      (draft.spec as { nodeName?: string }).nodeName = node;
      const { annotations, labels } = binding.metadata;
      if (annotations) draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations };
      if (labels) draft.metadata.labels = { ...draft.metadata.labels, ...labels };
      const status = draft.status as { conditions?: { type: string }[] } | undefined;
      const scheduled = {
        type: "PodScheduled",
        status: "True",
        lastProbeTime: null,
        lastTransitionTime: timestamp(clock.now()),
      };
      const others = (status?.conditions ?? []).filter((condition) => condition.type !== "PodScheduled");
      draft.status = { ...status, conditions: [...others, scheduled] };
      return dryRun ? { keep: true } : { put: draft as ApiObject };
    });
    return {
      type: "object",
      code: 201,
      object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
    };
  };
}

function required(info: ResourceInfo | undefined): ResourceInfo {
  if (!info) throw new Error("the table of resources lacks Binding");
  return info;
}
