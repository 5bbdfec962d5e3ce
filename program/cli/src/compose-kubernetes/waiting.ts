/** The order of dependencies: what a Pod waits for before its container starts, and what it learns that from. */
import type { Container, Service } from "@skiff/api/core/v1";
import type { Service as ComposeService } from "@skiff/compose";
import { type ConversionContext, metadataOf, selectorOf } from "./context.ts";
import { probeOf } from "./probe.ts";

/** Runs beside the project's own images: it has a shell and nslookup. */
export const WAIT_IMAGE = "busybox";

const UNPRIVILEGED = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/** How a Pod learns that a service it depends on has come far enough: by a name that leads to Pods that are ready, or merely run. */
type Signal = "ready" | "started";

interface Wait {
  readonly on: string;
  readonly signal: Signal;
}

/** Whether others wait for the end of a service. */
export function isAwaited(service: ComposeService, { project }: ConversionContext): boolean {
  return Object.values(project.services).some(
    ({ depends_on: on }) => on?.[service.name]?.condition === "service_completed_successfully",
  );
}

/**
 * The container that makes the end of a service something to wait for: the service runs as an init container before it, so the Pod is
 * ready when the service has completed, and stays so. A Job's Pods have no name in DNS once they are done, and asking the API would
 * need a program that not every cluster has an image of.
 */
export function completedContainer(): Container {
  return {
    name: "completed",
    image: WAIT_IMAGE,
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"],
    securityContext: UNPRIVILEGED,
  };
}

function waitsOf(service: ComposeService, context: ConversionContext): Wait[] {
  return Object.entries(service.depends_on ?? {}).flatMap(([on, { condition }]): Wait[] => {
    const target = context.project.services[on];
    if (!target) return [];
    // Without a probe a container is ready as soon as it runs.
    const early = condition === "service_started" && (probeOf(target, context) || isAwaited(target, context));
    return [{ on, signal: early ? "started" : "ready" }];
  });
}

/** The init containers of a service's Pods, one for each dependency. */
export function waitingContainers(service: ComposeService, context: ConversionContext): Container[] {
  return waitsOf(service, context).map(({ on, signal }) => ({
    name: `wait-for-${context.nameOf(on)}`.slice(0, 63),
    image: WAIT_IMAGE,
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", untilNamed(signalName(on, signal, context), context)],
    securityContext: UNPRIVILEGED,
  }));
}

/** The Services whose names appear in DNS with the first Pod that is far enough. */
export function signalServices(context: ConversionContext): Service[] {
  const waits = Object.values(context.project.services).flatMap((service) => waitsOf(service, context));
  const distinct = new Map(waits.map((wait) => [`${wait.on}\n${wait.signal}`, wait]));
  return [...distinct.values()].map(({ on, signal }) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(context, signalName(on, signal, context), context.project.services[on]),
    spec: {
      clusterIP: "None",
      selector: selectorOf(context, on),
      ...(signal === "started" ? { publishNotReadyAddresses: true } : {}),
    },
  }));
}

function signalName(on: string, signal: Signal, { nameOf }: ConversionContext): string {
  return `${nameOf(on).slice(0, 50)}-${signal}`;
}

function untilNamed(name: string, { namespace }: ConversionContext): string {
  return `trap 'exit 1' TERM; until nslookup -type=a ${name}.${namespace}.svc.cluster.local | grep -q '^Name:'; do sleep 1; done`;
}
