/** Changes of a running Pod that have paths of their own: containers to debug it, and other resources. */
import type { Container, Pod } from "@skiff/api/core/v1";
import { type FieldError, forbidden, invalid } from "../field-error.ts";
import type { Mutable, PartRules } from "../kind-rules.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { countGeneration } from "../strategy.ts";
import { MIRROR_ANNOTATION } from "./pod-annotations.ts";
import { podQosClass } from "./qos.ts";

type CheckPod = (pod: Pod, errors: FieldError[]) => void;

function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

/** Puts everything back but what `part` copies from the asked state. */
function takeOver(pod: Mutable<Pod>, old: Pod, part: (kept: Mutable<Pod>["spec"], asked: Pod["spec"]) => void): void {
  const asked = pod.spec as Pod["spec"];
  const kept = structuredClone(old.spec) as Mutable<Pod>["spec"];
  part(kept, asked);
  pod.spec = kept;
  countGeneration<Pod>(pod, old);
  if (old.status === undefined) delete pod.status;
  else pod.status = structuredClone(old.status) as Mutable<Pod>["status"];
}

/** The rules of `ephemeralcontainers`: containers may be added, and stay. */
export function ephemeralContainerRules(checkPod: CheckPod): PartRules<Pod> {
  return {
    prepareForUpdate(pod, old) {
      takeOver(pod, old, (kept, asked) => {
        if (asked.ephemeralContainers) {
          kept.ephemeralContainers = asked.ephemeralContainers as Mutable<Pod>["spec"]["ephemeralContainers"];
        } else delete kept.ephemeralContainers;
      });
    },
    validateUpdate(pod, old) {
      if (isMirror(old)) return [forbidden("", "static pods do not support ephemeral containers")];
      const errors: FieldError[] = [];
      checkPod(pod, errors);
      const field = "spec.ephemeralContainers";
      for (const before of old.spec.ephemeralContainers ?? []) {
        const name = JSON.stringify(before.name);
        const after = pod.spec.ephemeralContainers?.find((container) => container.name === before.name);
        if (after === undefined) {
          errors.push(forbidden(field, `existing ephemeral containers ${name} may not be removed\n`));
        } else if (!sameMeaning(after, before)) {
          errors.push(forbidden(field, `existing ephemeral containers ${name} may not be changed\n`));
        }
      }
      return errors;
    },
  };
}

const LISTS = ["containers", "initContainers"] as const;

/** The rules of `resize`: CPU and memory of containers may change, within the class of service of the Pod. */
export function resizeRules(checkPod: CheckPod): PartRules<Pod> {
  return {
    prepareForUpdate(pod, old) {
      takeOver(pod, old, (kept, asked) => {
        for (const list of LISTS) {
          for (const container of kept[list] ?? []) {
            const wanted = asked[list]?.find(({ name }) => name === container.name) as Mutable<Container> | undefined;
            if (wanted?.resources) container.resources = wanted.resources;
            if (wanted?.resizePolicy) container.resizePolicy = wanted.resizePolicy;
          }
        }
      });
    },
    validateUpdate(pod, old) {
      if (isMirror(old)) return [forbidden("", "static pods cannot be resized")];
      if (old.spec.os?.name === "windows") return [forbidden("", "windows pods cannot be resized")];
      const errors: FieldError[] = [];
      checkPod(pod, errors);
      const before = old.status?.qosClass ?? podQosClass(old);
      if (podQosClass(pod) !== before) {
        errors.push(invalid("spec", podQosClass(pod), "Pod QOS Class may not change as a result of resizing"));
      }
      for (const list of LISTS) {
        pod.spec[list]?.forEach((container, index) => {
          const was = old.spec[list]?.[index];
          if (was) checkResources(container, was, `spec.${list}[${index}].resources`, errors);
        });
      }
      return errors;
    },
  };
}

function checkResources(container: Container, old: Container, path: string, errors: FieldError[]): void {
  for (const kind of ["requests", "limits"] as const) {
    const before = old.resources?.[kind] ?? {};
    const after = container.resources?.[kind] ?? {};
    if (Object.keys(before).some((name) => after[name] === undefined)) {
      errors.push(forbidden(`${path}.${kind}`, `resource ${kind} cannot be removed`));
    }
  }
  const others = (one: Container) => {
    const without = (amounts: Readonly<Record<string, string>> | undefined) =>
      Object.fromEntries(Object.entries(amounts ?? {}).filter(([name]) => name !== "cpu" && name !== "memory"));
    return [without(one.resources?.requests), without(one.resources?.limits), one.resources?.claims];
  };
  if (!sameMeaning(others(container), others(old))) {
    errors.push(forbidden("spec", "only cpu and memory resources are mutable\n"));
  }
}
