/** Says whether what was written into a container is still what its service says. */
import { createHash } from "node:crypto";
import { injectedFiles } from "../container/injected-files.ts";
import type { Project, Service } from "../model.ts";

/**
 * The hash, 64 hexadecimal digits, of the configs and secrets that are written into the containers of `service`, since those would
 * not see new ones; undefined where there are none. What is mounted as a file they see. `docker compose` knows no such hash: it
 * leaves a container alone whose config has changed.
 */
export function filesHash(project: Project, service: Service): string | undefined {
  const files = injectedFiles(project, service);
  if (files.length === 0) return undefined;
  const all = createHash("sha256");
  for (const { path, content, mode, uid, gid } of files)
    all.update(`${path}\0${mode}\0${uid}\0${gid}\0${content.byteLength}\0`).update(content);
  return all.digest("hex");
}
