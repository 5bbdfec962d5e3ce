import type { Mutable } from "@skiff/api";
import type { Container, LimitRange, PodSpec } from "@skiff/api/core/v1";
import type { Draft } from "../../state/api-object.ts";

const NOTE = "kubernetes.io/limit-ranger";

/** Gives each container the limits and requests it does not state, and notes on the Pod what was given. */
export function setDefaults(
  pod: Draft,
  { default: limits = {}, defaultRequest: requests = {} }: LimitRange["spec"]["limits"][number],
): void {
  const spec = pod.spec as Mutable<PodSpec>;
  const notes = [
    ...spec.containers.flatMap((container) => complete("container", container)),
    ...(spec.initContainers ?? []).flatMap((container) => complete("init container", container)),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = { ...pod.metadata.annotations, [NOTE]: `LimitRanger plugin set: ${notes.join("; ")}` };

  function complete(what: string, container: Mutable<Container>): string[] {
    const { resources } = container;
    const missingLimits = missing(limits, resources?.limits);
    const missingRequests = missing(requests, resources?.requests);
    if (missingLimits.length === 0 && missingRequests.length === 0) return [];
    container.resources = {
      ...resources,
      ...(missingLimits.length > 0 && { limits: { ...limits, ...resources?.limits } }),
      ...(missingRequests.length > 0 && { requests: { ...requests, ...resources?.requests } }),
    };
    return [
      ...(missingRequests.length > 0 ? [`${missingRequests.join(", ")} request for ${what} ${container.name}`] : []),
      ...(missingLimits.length > 0 ? [`${missingLimits.join(", ")} limit for ${what} ${container.name}`] : []),
    ];
  }
}

function missing(wanted: Readonly<Record<string, string>>, present: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(wanted)
    .filter((name) => present[name] === undefined)
    .sort();
}
