/** Which networks, volumes, secrets and configs the services of a project use. */
import type { Project } from "../model.ts";

/** Gives `project` without the resources that none of its services uses: nobody needs them made. */
export function onlyUsedResources(project: Project): Project {
  const networks = new Set<string>();
  const volumes = new Set<string>();
  const secrets = new Set<string>();
  const configs = new Set<string>();
  const models = new Set<string>();
  for (const service of Object.values(project.services)) {
    for (const name of Object.keys(service.networks ?? {})) networks.add(name);
    for (const name of Object.keys(service.models ?? {})) models.add(name);
    for (const { type, source } of service.volumes ?? [])
      if (type === "volume" && source !== undefined) volumes.add(source);
    for (const { source } of service.secrets ?? []) secrets.add(source);
    for (const { source } of service.build?.secrets ?? []) secrets.add(source);
    for (const { source } of service.configs ?? []) configs.add(source);
  }
  return {
    ...project,
    networks: only(project.networks, networks),
    volumes: only(project.volumes, volumes),
    secrets: only(project.secrets, secrets),
    configs: only(project.configs, configs),
    models: only(project.models, models),
  };
}

function only<Value>(values: Readonly<Record<string, Value>>, names: ReadonlySet<string>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
