/** Configs and secrets whose value is in the file or in the environment: they are written into the container. Pure. */
import type { InjectedFile } from "../apply/tar-file.ts";
import type { FileMount, Project, Service } from "../model.ts";
import { fileTarget } from "./mounts.ts";

/** The files for a container of `service`. Throws where the environment lacks a variable that is named. */
export function injectedFiles(project: Project, service: Service): InjectedFile[] {
  const secrets = (service.secrets ?? []).map((mount) => toFile(project, "secret", mount));
  const configs = (service.configs ?? []).map((mount) => toFile(project, "config", mount));
  return [...secrets, ...configs].filter((file) => file !== undefined);
}

function toFile(project: Project, kind: "config" | "secret", mount: FileMount): InjectedFile | undefined {
  const source = kind === "secret" ? project.secrets[mount.source] : project.configs[mount.source];
  const value =
    source && "content" in source && source.content !== undefined ? source.content : variable(project, kind, source);
  if (value === undefined) return undefined;
  return {
    path: fileTarget(kind, mount),
    content: Buffer.from(value),
    mode: mount.mode === undefined ? 0o444 : Number.parseInt(mount.mode, 8),
    uid: Number(mount.uid ?? 0),
    gid: Number(mount.gid ?? 0),
  };
}

function variable(
  { environment }: Project,
  kind: "config" | "secret",
  source: { readonly name: string; readonly environment?: string } | undefined,
): string | undefined {
  if (source?.environment === undefined) return undefined;
  const value = environment[source.environment];
  if (value === undefined)
    throw new Error(`environment variable "${source.environment}" required by ${kind} "${source.name}" is not set`);
  return value;
}
