import type { ResourceInfo } from "@skiff/api";
import type { PodTemplateSpec } from "@skiff/api/core/v1";
import { cronJobs, pods, podTemplates } from "@skiff/api/resources";
import type { ApiObject } from "../../state/api-object.ts";
import type { Subject } from "./subject.ts";

/** The Pod an object is, or would make; undefined when it says nothing of Pods. */
export function subjectOf(info: ResourceInfo, object: ApiObject): Subject | undefined {
  const template = templateOf(info.plural, object);
  if (!template?.spec) return undefined;
  return { annotations: template.metadata?.annotations ?? {}, spec: template.spec };
}

type Template = Partial<PodTemplateSpec>;

function templateOf(plural: string, object: ApiObject): Template | undefined {
  if (plural === pods.plural) return object as Template;
  if (plural === podTemplates.plural) return (object as { template?: Template }).template;
  const spec = object.spec as { template?: Template; jobTemplate?: { spec?: { template?: Template } } } | undefined;
  return plural === cronJobs.plural ? spec?.jobTemplate?.spec?.template : spec?.template;
}
