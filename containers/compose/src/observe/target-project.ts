/** A command may name a project without having its file: what the project is then, its labels tell. Pure. */
import type { Dependency, DependencyCondition, Project, Service } from "../model.ts";
import { LABEL } from "../plan/labels.ts";
import type { Observed } from "./observed.ts";

/** The project itself; or one of the services, networks and volumes that bear the name `target`. */
export function targetProject(
  target: Project | string,
  observed: Pick<Observed, "containers"> & Partial<Observed>,
): Project {
  if (typeof target !== "string") return target;
  const services: Record<string, Service> = {};
  for (const { service: name, labels, oneOff } of observed.containers) {
    if (oneOff) continue;
    const depends_on = parseDependencies(labels[LABEL.dependsOn] ?? "");
    services[name] = { name, command: null, entrypoint: null, depends_on };
  }
  return {
    name: target,
    services,
    networks: Object.fromEntries((observed.networks ?? []).map(({ key, name }) => [key, { name, ipam: {} }])),
    volumes: Object.fromEntries((observed.volumes ?? []).map(({ key, name }) => [key, { name }])),
    ...{ configs: {}, secrets: {}, models: {}, disabledServices: {} },
    ...{ workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
  };
}

/** Reads `db:service_healthy:false,cache:service_started:true`. Older versions wrote names alone. */
function parseDependencies(text: string): Record<string, Dependency> {
  const entries = text.split(",").filter((entry) => entry !== "");
  return Object.fromEntries(
    entries.map((entry) => {
      const [name = "", condition = "", restart] = entry.split(":");
      return [
        name,
        {
          condition: isCondition(condition) ? condition : "service_started",
          required: false,
          restart: restart === "true",
        },
      ];
    }),
  );
}

function isCondition(text: string): text is DependencyCondition {
  return text === "service_started" || text === "service_healthy" || text === "service_completed_successfully";
}
