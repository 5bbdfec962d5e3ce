/** What a project may ask of files and updates that cannot be had here. Pure. */
import type { FileMount, Project, Service } from "../model.ts";
import { startsFirst } from "./plan-create.ts";

/** A sentence for each such wish of the project's services, each once. */
export function ignoredAttributes(project: Project): string[] {
  return [...new Set(Object.values(project.services).flatMap((service) => ofService(project, service)))];
}

/** A file of the host is mounted as it is; only values that Compose writes itself can have an owner and a mode. */
function ofService(project: Project, service: Service): string[] {
  const { name, deploy, secrets = [], configs = [] } = service;
  const hasSecret = secrets.some((mount) => isOwned(mount) && project.secrets[mount.source]?.file !== undefined);
  const hasConfig = configs.some((mount) => isOwned(mount) && project.configs[mount.source]?.file !== undefined);
  const cannotStartFirst = deploy?.update_config?.order === "start-first" && !startsFirst(service);
  return [
    ...(hasSecret ? ["secrets `uid`, `gid` and `mode` are not supported, they will be ignored"] : []),
    ...(hasConfig ? ["configs `uid`, `gid` and `mode` are not supported, they will be ignored"] : []),
    ...(cannotStartFirst
      ? [`service "${name}": deploy.update_config.order is ignored, since two containers cannot publish the same port`]
      : []),
  ];
}

function isOwned({ uid, gid, mode }: FileMount): boolean {
  return uid !== undefined || gid !== undefined || mode !== undefined;
}
