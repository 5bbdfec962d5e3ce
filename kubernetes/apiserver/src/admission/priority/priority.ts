/** Priority: a Pod's class becomes the number the scheduler compares, and its preemption policy; one class at most is the default. */
import type { Mutable } from "@skiff/api";
import type { PodSpec } from "@skiff/api/core/v1";
import { pods, priorityClasses } from "@skiff/api/resources";
import type { PriorityClass } from "@skiff/api/scheduling/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { anyOf, whole } from "../targets.ts";

const NO_CLASS = { value: 0, preemptionPolicy: "PreemptLowerPriority" } as const;

/** The plugin. */
export function priority({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const { entries } = caches.of(priorityClasses);
  const byDefault = (): PriorityClass | undefined => {
    let lowest: PriorityClass | undefined;
    for (const { object } of entries.under("")) {
      const candidate = object as unknown as PriorityClass;
      if (candidate.globalDefault && (!lowest || candidate.value < lowest.value)) lowest = candidate;
    }
    return lowest;
  };
  const chosenFor = (request: AdmissionRequest, name: string): PriorityClass | undefined => {
    if (name === "") return byDefault();
    const found = entries.get(name)?.object as unknown as PriorityClass | undefined;
    if (!found) throw refusal(request, `no PriorityClass with name ${name} was found`);
    return found;
  };
  return {
    name: "Priority",
    concerns: anyOf(whole(pods, "CREATE", "UPDATE"), whole(priorityClasses, "CREATE", "UPDATE")),
    mutate(request) {
      if (request.info.plural !== pods.plural) return;
      const spec = request.object?.spec as Mutable<PodSpec>;
      const old = request.old?.spec as PodSpec | undefined;
      if (old) {
        // Clients of before there were priorities send none back.
        spec.priority ??= old.priority;
        spec.preemptionPolicy ??= old.preemptionPolicy;
        return;
      }
      const chosen = chosenFor(request, spec.priorityClassName ?? "");
      if (chosen) spec.priorityClassName = chosen.metadata.name;
      setPriority(request, spec, chosen ?? NO_CLASS);
    },
    validate(request) {
      if (request.info.plural !== priorityClasses.plural) return;
      const { globalDefault, metadata } = request.object as unknown as PriorityClass;
      const present = globalDefault ? byDefault() : undefined;
      if (!present || (request.operation === "UPDATE" && present.metadata.name === metadata.name)) return;
      const why = `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`;
      throw refusal(request, why);
    },
  };
}

function setPriority(
  request: AdmissionRequest,
  spec: Mutable<PodSpec>,
  { value, preemptionPolicy }: Pick<PriorityClass, "value" | "preemptionPolicy">,
): void {
  const computed = "must not be provided in pod spec; priority admission controller computed";
  if (spec.priority !== undefined && spec.priority !== value) {
    const why = `the integer value of priority (${spec.priority}) ${computed} ${value} from the given PriorityClass name`;
    throw refusal(request, why);
  }
  spec.priority = value;
  if (preemptionPolicy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    const why = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) ${computed} ${preemptionPolicy} from the given PriorityClass name`;
    throw refusal(request, why);
  }
  spec.preemptionPolicy = preemptionPolicy;
}
