/** RuntimeClass. */
import type { RuntimeClass } from "@skiff/api/node/v1";
import { isDns1123Label } from "../../names.ts";
import { checkTolerations } from "../core/affinity.ts";
import { checkResources } from "../core/resource-requirements.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkLabels } from "../meta/labels.ts";
import { oldNodeLabel } from "../meta/warning-parts.ts";

function validate(runtimeClass: RuntimeClass): FieldError[] {
  const errors: FieldError[] = [];
  const handler = runtimeClass.handler ?? "";
  for (const reason of isDns1123Label(handler)) errors.push(invalid("handler", handler, reason));
  const { overhead, scheduling } = runtimeClass;
  if (overhead?.podFixed) checkResources({ limits: overhead.podFixed }, new Set(), "overhead.podFixed", errors);
  checkLabels(scheduling?.nodeSelector, "scheduling.nodeSelector", errors);
  checkTolerations(scheduling?.tolerations, "scheduling.tolerations", errors);
  return errors;
}

export const runtimeClassRules: KindRules<RuntimeClass> = {
  anyFinalizer: true,
  warnings({ scheduling }) {
    return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((label) => {
      const why = oldNodeLabel(label);
      return why ? [`scheduling.nodeSelector: ${label} is ${why}`] : [];
    });
  },
  validate,
  validateUpdate(runtimeClass, old) {
    const errors = validate(runtimeClass);
    checkImmutable(runtimeClass.handler, old.handler, "handler", errors);
    return errors;
  },
  allowUnconditionalUpdate: false,
};
