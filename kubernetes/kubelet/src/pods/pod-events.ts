import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { type EventRecorder, referenceTo } from "@skiff/client";
import { findContainer, type Role } from "../spec/containers.ts";

const FIELD: Readonly<Record<Role, string>> = {
  init: "initContainers",
  sidecar: "initContainers",
  regular: "containers",
  ephemeral: "ephemeralContainers",
};

/** Says what happens to a Pod, or to one of its containers when `container` names it. */
export interface PodEvents {
  event(type: "Normal" | "Warning", reason: string, message: string): void;
}

export function podEvents(recorder: Pick<EventRecorder, "event">, pod: Pod, container?: string): PodEvents {
  const found = container === undefined ? undefined : findContainer(pod, container);
  const fieldPath = found ? `spec.${FIELD[found.role]}{${container}}` : undefined;
  const about = referenceTo(pods, pod, fieldPath);
  return { event: (type, reason, message) => recorder.event(about, type, reason, message) };
}
