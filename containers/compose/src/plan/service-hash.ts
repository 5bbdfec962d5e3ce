/** Says whether a container is still what its service says. */
import { createHash } from "node:crypto";
import { injectedFiles } from "../container/injected-files.ts";
import { configHash } from "../load/config-hash.ts";
import type { Project, Service } from "../model.ts";

/**
 * The hash that a container of `service` bears, 64 hexadecimal digits: `configHash`, and with it the configs and secrets that are
 * written into the container, since it would not see new ones. What is mounted as a file it sees.
 */
export function serviceHash(project: Project, service: Service): string {
  const files = injectedFiles(project, service);
  const hash = configHash(service);
  if (files.length === 0) return hash;
  const all = createHash("sha256").update(hash);
  for (const { path, content, mode, uid, gid } of files)
    all.update(`\0${path}\0${mode}\0${uid}\0${gid}\0${content.byteLength}\0`).update(content);
  return all.digest("hex");
}
