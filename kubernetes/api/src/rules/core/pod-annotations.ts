/** Annotations of Pods that mean something to the system. */
import type { PodSpec } from "@skiff/api/core/v1";
import { type FieldError, forbidden, invalid } from "../field-error.ts";

type Annotations = Readonly<Record<string, string>> | undefined;

/** Set by a kubelet on the Pods that show what it runs from its own manifests. */
export const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

/** Checks the annotations of a Pod or a template. */
export function checkPodAnnotations(
  annotations: Annotations,
  spec: PodSpec | undefined,
  field: string,
  errors: FieldError[],
): void {
  const mirror = annotations?.[MIRROR_ANNOTATION];
  if (mirror !== undefined && !spec?.nodeName) {
    errors.push(
      invalid(`${field}[${MIRROR_ANNOTATION}]`, mirror, "must set spec.nodeName if mirror pod annotation is set"),
    );
  }
  const cost = annotations?.[DELETION_COST];
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalid(`${field}[${DELETION_COST}]`, cost, "must be a 32bit integer"));
  }
}

function isInt32(text: string): boolean {
  const number = Number(text);
  return /^(?:0|-?[1-9]\d{0,9})$/.test(text) && number >= -(2 ** 31) && number < 2 ** 31;
}

/** Refuses changes of annotations that may only be set when the Pod is made. */
export function checkPodAnnotationsUpdate(
  annotations: Annotations,
  old: Annotations,
  field: string,
  errors: FieldError[],
): void {
  const before = old?.[MIRROR_ANNOTATION];
  const after = annotations?.[MIRROR_ANNOTATION];
  if (before === after) return;
  const why =
    before === undefined ? "may not add mirror pod annotation" : "may not remove or update mirror pod annotation";
  errors.push(forbidden(`${field}[${MIRROR_ANNOTATION}]`, why));
}
