/** Pod: defaults, validation, and the few things about a running one that may change. */
import type { Pod, PodSpec } from "@skiff/api/core/v1";
import { type FieldError, forbidden } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { warnOfHostname } from "../meta/warning-parts.ts";
import { countGeneration, keep, keepGeneration } from "../strategy.ts";
import { checkImageSpaces } from "./container.ts";
import { defaultRequests } from "./container-defaults.ts";
import { checkPodAnnotations, checkPodAnnotationsUpdate } from "./pod-annotations.ts";
import { ephemeralContainerRules, resizeRules } from "./pod-part-rules.ts";
import { checkPodSpec } from "./pod-spec.ts";
import { defaultHostPorts, defaultPodSpec } from "./pod-spec-defaults.ts";
import { checkPodStatusUpdate } from "./pod-status.ts";
import { checkPodUpdate } from "./pod-update.ts";
import { podWarnings } from "./pod-warnings.ts";
import { podQosClass } from "./qos.ts";

function defaults(pod: Mutable<Pod>): void {
  const { spec } = pod;
  spec.enableServiceLinks ??= true;
  defaultPodSpec(spec);
  spec.initContainers?.forEach(defaultRequests);
  spec.containers?.forEach(defaultRequests);
  defaultHostPorts(spec);
  const { status } = pod;
  // As with a node's networks, the older single field wins over the newer list.
  if (status?.podIP && status.podIP !== status.podIPs?.[0]?.ip) status.podIPs = [{ ip: status.podIP }];
  else if (status?.podIPs?.[0] !== undefined) status.podIP = status.podIPs[0].ip;
}

function checkPod(pod: Pod, errors: FieldError[]): void {
  checkPodAnnotations(pod.metadata.annotations, pod.spec, "metadata.annotations", errors);
  checkPodSpec(pod.spec, pod.metadata, "spec", errors);
  if (!pod.spec.serviceAccountName) checkNoTokens(pod.spec, errors);
  for (const list of ["containers", "initContainers"] as const) {
    pod.spec[list]?.forEach((container, index) => {
      checkImageSpaces(container, `spec.${list}[${index}]`, errors);
    });
  }
}

function checkNoTokens(spec: PodSpec, errors: FieldError[]): void {
  spec.volumes?.forEach((volume, index) => {
    volume.projected?.sources?.forEach((source, sourceIndex) => {
      if (source.serviceAccountToken === undefined) return;
      const field = `spec.volumes[${index}].projected.sources[${sourceIndex}].serviceAccountToken`;
      errors.push(forbidden(field, "must not be specified when serviceAccountName is not set"));
    });
  });
}

function validate(pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  checkPod(pod, errors);
  if ((pod.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden("spec.ephemeralContainers", "cannot be set on create"));
  }
  if (pod.spec.nodeName && (pod.spec.schedulingGates ?? []).length > 0) {
    errors.push(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
  }
  return errors;
}

function validateUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  checkPod(pod, errors);
  checkPodAnnotationsUpdate(pod.metadata.annotations, old.metadata.annotations, "metadata.annotations", errors);
  checkPodUpdate(pod, old, errors);
  return errors;
}

function validateStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  checkPodAnnotationsUpdate(pod.metadata.annotations, old.metadata.annotations, "metadata.annotations", errors);
  checkPodStatusUpdate(pod, old, errors);
  return errors;
}

export const podRules: KindRules<Pod> = {
  parts: { ephemeralcontainers: ephemeralContainerRules(checkPod), resize: resizeRules(checkPod) },
  warnings(pod, old) {
    const warnings: string[] = [];
    if (old === undefined) warnOfHostname(pod.metadata.name, "the Pod's hostname", warnings);
    return [...warnings, ...podWarnings(pod.spec, pod.metadata.annotations)];
  },
  defaults,
  validate,
  validateUpdate,
  validateStatusUpdate,
  selectableFields(pod) {
    return {
      "spec.nodeName": pod.spec.nodeName ?? "",
      "spec.restartPolicy": pod.spec.restartPolicy ?? "",
      "spec.schedulerName": pod.spec.schedulerName ?? "",
      "spec.serviceAccountName": pod.spec.serviceAccountName ?? "",
      "spec.hostNetwork": String(pod.spec.hostNetwork ?? false),
      "status.phase": pod.status?.phase ?? "",
      "status.podIP": pod.status?.podIP ?? "",
      "status.podIPs": pod.status?.podIP ?? "",
      "status.nominatedNodeName": pod.status?.nominatedNodeName ?? "",
    };
  },
  prepareForCreate(pod) {
    pod.metadata.generation = 1;
    pod.status = { phase: "Pending", qosClass: podQosClass(pod) };
    if ((pod.spec.schedulingGates ?? []).length === 0) return;
    const message = "Scheduling is blocked due to non-empty scheduling gates";
    pod.status.conditions = [{ type: "PodScheduled", status: "False", reason: "SchedulingGated", message }];
  },
  prepareForUpdate(pod, old) {
    keep<Pod>(pod, old, "status");
    // Containers are added to a running Pod through a subresource of its own.
    keep<PodSpec>(pod.spec, old.spec, "ephemeralContainers");
    countGeneration<Pod>(pod, old);
  },
  prepareForStatusUpdate(pod, old) {
    keep<Pod>(pod, old, "spec");
    keepGeneration<Pod>(pod, old);
    keep<Pod["metadata"]>(pod.metadata, old.metadata, "ownerReferences");
    if (pod.status && !pod.status.qosClass) pod.status.qosClass = old.status?.qosClass ?? podQosClass(old);
  },
};
