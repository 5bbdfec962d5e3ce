/** What the parts of one conversion share. */
import type { Project, Service } from "@skiff/compose";
import type { ManifestObject } from "../deploy/manifests.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import { labelValue, objectName } from "./object-name.ts";

/** On Pods and what selects them: the labels that Compose puts on containers. */
export const PROJECT_LABEL = "com.docker.compose.project";
export const SERVICE_LABEL = "com.docker.compose.service";
/** On every object: what may be removed by `down`. */
export const MANAGED_BY = { "app.kubernetes.io/managed-by": "skiff-compose" } as const;

export interface ConversionContext {
  readonly project: Project;
  readonly facts: ClusterFacts;
  /** The namespace, named after the project. */
  readonly namespace: string;
  /** The object name of a service of the project. */
  nameOf(service: string): string;
  /** Remembers what a person should be told, once. */
  warn(message: string): void;
  readonly warnings: readonly string[];
}

/** Throws where two services would have the same object name. */
export function conversionContext(project: Project, facts: ClusterFacts): ConversionContext {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const service of Object.keys(project.services)) {
    const name = objectName(service);
    const owner = owners.get(name);
    if (owner) throw new Error(`services "${owner}" and "${service}" would both be named "${name}" on Kubernetes`);
    owners.set(name, service);
    names.set(service, name);
  }
  const warnings = new Set<string>();
  return {
    project,
    facts,
    namespace: objectName(project.name),
    nameOf: (service) => names.get(service) ?? objectName(service),
    warn: (message) => void warnings.add(message),
    get warnings() {
      return [...warnings];
    },
  };
}

/** What selects the Pods of a service. */
export function selectorOf(context: ConversionContext, service: string): Record<string, string> {
  return { [PROJECT_LABEL]: labelValue(context.project.name), [SERVICE_LABEL]: labelValue(service) };
}

/** The metadata of an object of this project. */
export function metadataOf(context: ConversionContext, name: string, service?: Service) {
  const labels = service ? selectorOf(context, service.name) : { [PROJECT_LABEL]: labelValue(context.project.name) };
  return { name, namespace: context.namespace, labels: { ...labels, ...MANAGED_BY } };
}

/** A typed object as a manifest: fields without a value are left out. */
export function manifest(object: { readonly metadata: { readonly name: string } }): ManifestObject {
  return JSON.parse(JSON.stringify(object));
}
