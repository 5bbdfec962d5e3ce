/** Narrows a project to the services a command names. */
import type { Project, Service } from "../model.ts";
import { ComposeFileError } from "./compose-file-error.ts";

/** How far a selection reaches along `depends_on`. */
export interface Selection {
  /** `all`: with what the named ones depend on, and so on. `none`: the named ones alone. */
  readonly dependencies: "all" | "none";
}

/**
 * Gives `project` with only the services named, and with their dependencies if asked for; the others become disabled, so that
 * their containers are still the project's. No names: all services. Throws `ComposeFileError` when a name is no service, or
 * one that no profile enables.
 */
export function selectServices(project: Project, names: readonly string[], { dependencies }: Selection): Project {
  if (names.length === 0) return project;
  const selected: Record<string, Service> = {};
  const visit = (name: string, required: boolean): void => {
    if (selected[name] !== undefined) return;
    const service = project.services[name];
    if (service === undefined) {
      if (!required) return;
      const profiles = project.disabledServices[name]?.profiles;
      const why =
        profiles === undefined ? "" : `: it is disabled, and can be enabled by profiles [${profiles.join(", ")}]`;
      throw new ComposeFileError(`no such service: ${name}${why}`);
    }
    selected[name] = service;
    if (dependencies === "none") return;
    for (const [dependency, { required: needed }] of Object.entries(service.depends_on ?? {}))
      visit(dependency, needed);
  };
  for (const name of names) visit(name, true);
  const entries = Object.entries(project.services);
  const services = Object.fromEntries(entries.filter(([name]) => selected[name] !== undefined));
  const others = Object.fromEntries(entries.filter(([name]) => selected[name] === undefined));
  return { ...project, services, disabledServices: { ...project.disabledServices, ...others } };
}
