/** A Compose project as Kubernetes manifests. Pure: what has to be read is in the facts. */
import type { Project } from "@skiff/compose";
import type { ManifestObject } from "../deploy/manifests.ts";
import { claimsOf } from "./claims.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import { conversionContext, MANAGED_BY, manifest, PROJECT_LABEL } from "./context.ts";
import { filesOf } from "./files.ts";
import { labelValue } from "./object-name.ts";
import { servicesOf } from "./services.ts";
import { warnOfProject, warnOfUnsupported } from "./unsupported.ts";
import { signalServices } from "./waiting.ts";
import { workloadOf } from "./workload.ts";

/** Manifests in the order to apply them, and what a person should be told about them. */
export interface Conversion {
  readonly manifests: readonly ManifestObject[];
  readonly warnings: readonly string[];
}

/**
 * Converts a project into one namespace of its name. Throws for what cannot be converted: names that collide, sources of configs and
 * secrets that are missing, providers.
 */
export function convertProject(project: Project, facts: ClusterFacts): Conversion {
  const context = conversionContext(project, facts);
  const services = Object.values(project.services);
  const provided = services.find(({ provider }) => provider);
  if (provided) throw new Error(`service "${provided.name}" comes from a provider, which a cluster does not know`);
  warnOfProject(context);
  for (const service of services) warnOfUnsupported(service, context);
  const labels = { [PROJECT_LABEL]: labelValue(project.name), ...MANAGED_BY };
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: context.namespace, labels } },
    ...filesOf(context),
    ...claimsOf(context),
    ...services.flatMap((service) => servicesOf(service, context)),
    ...signalServices(context),
    ...services.map((service) => workloadOf(service, context)),
  ].map(manifest);
  checkDistinct(objects);
  return { manifests: objects, warnings: context.warnings };
}

function checkDistinct(objects: readonly ManifestObject[]): void {
  const seen = new Set<string>();
  for (const { kind, metadata } of objects) {
    const key = `${kind} "${metadata.name}"`;
    if (seen.has(key))
      throw new Error(`two things of the project would both be the ${key}: an alias or another name has to change`);
    seen.add(key);
  }
}
