/** The template that ReplicaSets, Jobs and the like make Pods from, and the PodTemplate kind, which is only stored. */
import type { PodTemplate, PodTemplateSpec } from "@skiff/api/core/v1";
import { type FieldError, forbidden, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { checkAnnotations, checkLabels } from "../meta/labels.ts";
import { checkPodAnnotations } from "./pod-annotations.ts";
import { checkPodSpec } from "./pod-spec.ts";
import { defaultPodTemplate } from "./pod-spec-defaults.ts";
import { podWarnings } from "./pod-warnings.ts";

/** Checks a template after its defaults. */
export function checkPodTemplate(template: PodTemplateSpec | undefined, path: string, errors: FieldError[]): void {
  if (template === undefined) {
    errors.push(required(path));
    return;
  }
  checkLabels(template.metadata?.labels, `${path}.labels`, errors);
  checkAnnotations(template.metadata?.annotations, `${path}.annotations`, errors);
  checkPodAnnotations(template.metadata?.annotations, template.spec, `${path}.annotations`, errors);
  checkPodSpec(template.spec, undefined, `${path}.spec`, errors);
  if ((template.spec?.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template"));
  }
}

function validate(object: PodTemplate): FieldError[] {
  const errors: FieldError[] = [];
  checkPodTemplate(object.template, "template", errors);
  return errors;
}

export const podTemplateRules: KindRules<PodTemplate> = {
  prepareForCreate(object) {
    object.metadata.generation = 1;
  },
  prepareForUpdate(object, old) {
    const before = old.metadata.generation ?? 0;
    object.metadata.generation = sameMeaning(object.template, old.template) ? before : before + 1;
  },
  warnings(object, old) {
    if (old !== undefined && object.metadata.generation === old.metadata.generation) return [];
    return podWarnings(object.template?.spec, object.template?.metadata?.annotations, "template.");
  },
  defaults: defaultPodTemplate,
  validate,
  validateUpdate: validate,
};
