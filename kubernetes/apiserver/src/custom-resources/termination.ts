/** How the deletion of a definition begins. */
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";
import type { Draft } from "../state/api-object.ts";
import { condition, withCondition } from "./conditions.ts";

/** The finalizer that keeps a definition until its instances are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

/** Marks a definition that is to be deleted: its instances go first. Changes `draft`. */
export function awaitInstances(draft: Draft, now: number): void {
  const { metadata } = draft;
  if (metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
  metadata.finalizers = [...(metadata.finalizers ?? []), CLEANUP_FINALIZER];
  const status = draft.status as CustomResourceDefinition["status"];
  const message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
  const terminating = condition("Terminating", "True", "InstanceDeletionPending", message);
  draft.status = { ...status, conditions: withCondition(status?.conditions ?? [], terminating, now) };
}
