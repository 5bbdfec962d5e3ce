/** A definition that is being deleted goes when its last instance has gone. */
import { isNotFound, type ResourceInfo } from "@skiff/api";
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";
import { customResourceDefinitions } from "@skiff/api/resources";
import { planDeletion } from "../objects/deletion.ts";
import type { Server } from "../server-parts.ts";
import { type ApiObject, draftOf } from "../state/api-object.ts";
import { condition, withCondition } from "./conditions.ts";
import { changeStatus } from "./definitions.ts";
import { CLEANUP_FINALIZER } from "./termination.ts";

/** Instances that have finalizers of their own are looked at this often, should the event of their end be lost. */
const AGAIN_MS = 5000;

/** Deletes the instances, and lets go of the definition when there are none; else answers when to look again, in ms. */
export async function cleanUp(
  { caches, writer, clock }: Pick<Server, "caches" | "writer" | "clock">,
  definition: CustomResourceDefinition,
  infos: readonly ResourceInfo[],
): Promise<number | undefined> {
  const { name, finalizers = [] } = definition.metadata;
  if (!finalizers.includes(CLEANUP_FINALIZER)) return undefined;
  const say = (status: "True" | "False", reason: string, message: string) =>
    changeStatus(writer, name, ({ status: present }) => ({
      ...present,
      conditions: withCondition(
        present?.conditions ?? [],
        condition("Terminating", status, reason, message),
        clock.now(),
      ),
    }));
  const [info] = infos;
  const keys = info ? Array.from(caches.of(info).entries.under(""), ({ key }) => key) : [];
  if (info && keys.length > 0) {
    await say("True", "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    for (const key of keys) {
      try {
        await writer.change(info, key, ({ object }) => {
          return planDeletion(info, object, { propagationPolicy: "Background" }, clock.now());
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    if (caches.of(info).entries.size > 0) return AGAIN_MS;
  }
  await say("False", "InstanceDeletionCompleted", "removed all instances");
  await writer.change(customResourceDefinitions, name, ({ object }) => {
    const draft = draftOf(object);
    const left = (draft.metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    if (left.length === 0) return { remove: draft as ApiObject };
    draft.metadata.finalizers = left;
    return { put: draft as ApiObject };
  });
  return undefined;
}
