/** The containers of a Pod by the role they play. */
import type { Container, EphemeralContainer, Pod } from "@skiff/api/core/v1";

export type Role = "init" | "sidecar" | "regular" | "ephemeral";

/** A container of a Pod with the role it plays there. Ephemeral ones are seen as ordinary containers. */
export interface PodContainer {
  readonly role: Role;
  readonly container: Container;
}

/** True for an init container that keeps running beside the others (`restartPolicy: Always`). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** Every container of `pod`: init containers and sidecars in their order, then regular ones, then ephemeral ones. */
export function podContainers(pod: Pod): PodContainer[] {
  return [
    ...(pod.spec.initContainers ?? []).map(
      (container): PodContainer => ({ role: isSidecar(container) ? "sidecar" : "init", container }),
    ),
    ...pod.spec.containers.map((container): PodContainer => ({ role: "regular", container })),
    ...(pod.spec.ephemeralContainers ?? []).map(
      (container: EphemeralContainer): PodContainer => ({ role: "ephemeral", container }),
    ),
  ];
}

/** The container of that name with its role, or undefined. */
export function findContainer(pod: Pod, name: string): PodContainer | undefined {
  return podContainers(pod).find(({ container }) => container.name === name);
}

/** Seconds between SIGTERM and SIGKILL for `pod`: what its deletion asked for, else what it declares, else 30. */
export function gracePeriodSeconds(pod: Pod): number {
  return pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}
