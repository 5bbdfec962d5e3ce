/** Priority: a Pod's class becomes the number the scheduler compares, and its preemption policy. */
import { StatusError } from "@skiff/api";
import { priorityClasses } from "@skiff/api/resources";
import type { PriorityClass } from "@skiff/api/scheduling/v1";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";

/** The plugin. */
export function priority({ caches }: AdmissionDeps): AdmissionPlugin {
  const cache = caches.of(priorityClasses);
  const byName = (name: string) => cache.entries.get(name)?.object as unknown as PriorityClass | undefined;
  const byDefault = (): PriorityClass | undefined => {
    const defaults: PriorityClass[] = [];
    for (const { object } of cache.entries.under("")) {
      const candidate = object as unknown as PriorityClass;
      if (candidate.globalDefault) defaults.push(candidate);
    }
    return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
  };
  return {
    name: "Priority",
    mutate({ operation, info, subresource, object, name }) {
      if (operation !== "CREATE" || info.typeName !== "core/v1.Pod" || subresource !== "" || !object) return;
      const spec = object.spec as { priority?: number; priorityClassName?: string; preemptionPolicy?: string };
      const asked = spec.priorityClassName ?? "";
      const chosen = asked === "" ? byDefault() : byName(asked);
      if (asked !== "" && !chosen) {
        throw StatusError.forbidden(info, name, `no PriorityClass with name ${asked} was found`);
      }
      const value = chosen?.value ?? 0;
      if (spec.priority !== undefined && spec.priority !== value) {
        const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;
        throw StatusError.forbidden(info, name, why);
      }
      spec.priority = value;
      if (chosen && asked === "") spec.priorityClassName = chosen.metadata.name;
      spec.preemptionPolicy ??= chosen?.preemptionPolicy ?? "PreemptLowerPriority";
    },
  };
}
