/** Warnings of the kinds that make Pods from a template. */
import type { PodTemplateSpec } from "@skiff/api/core/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import { podWarnings } from "../core/pod-warnings.ts";
import { warnOfHostname } from "../meta/warning-parts.ts";

interface Workload {
  readonly metadata: ObjectMeta;
}

/** The warnings of a template at `path`. */
export function templateWarnings(template: PodTemplateSpec | undefined, path = "spec.template"): string[] {
  return podWarnings(template?.spec, template?.metadata?.annotations, `${path}.`);
}

/** Whether the warnings of a spec are due: it is new, or another one than before. */
export function isSpecNew({ metadata }: Workload, old: Workload | undefined): boolean {
  return old === undefined || metadata.generation !== old.metadata.generation;
}

/** The warning of a name that is no good hostname; once, when the object is made. */
export function nameWarnings({ metadata }: Workload, old: Workload | undefined): string[] {
  const warnings: string[] = [];
  if (old === undefined) warnOfHostname(metadata.name, "Pod names and hostnames", warnings);
  return warnings;
}
