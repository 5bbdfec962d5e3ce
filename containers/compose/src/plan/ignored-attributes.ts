/** What a file may say and one engine cannot do. Pure. */
import type { Project, Service } from "../model.ts";
import { startsFirst } from "./plan-create.ts";

/** A sentence for each such attribute of the project's services, each once. */
export function ignoredAttributes(project: Project): string[] {
  return [...new Set(Object.values(project.services).flatMap((service) => ofService(project, service)))];
}

function ofService(project: Project, service: Service): string[] {
  const { deploy, name } = service;
  const reserved = deploy?.resources?.reservations;
  const found: [string, boolean][] = [
    ["deploy.mode", deploy?.mode !== undefined && deploy.mode !== "replicated"],
    ["deploy.endpoint_mode", deploy?.endpoint_mode !== undefined],
    ["deploy.placement", Object.keys(deploy?.placement ?? {}).length > 0],
    ["deploy.rollback_config", deploy?.rollback_config !== undefined],
    ["deploy.restart_policy.delay", deploy?.restart_policy?.delay !== undefined],
    ["deploy.restart_policy.window", deploy?.restart_policy?.window !== undefined],
    ["deploy.resources.reservations.cpus", reserved?.cpus !== undefined],
    ["deploy.resources.reservations.generic_resources", (reserved?.generic_resources ?? []).length > 0],
    ["credential_spec", service.credential_spec !== undefined],
    ["use_api_socket", service.use_api_socket === true],
    ["models", Object.keys(service.models ?? {}).length > 0],
    ["build.provenance", service.build?.provenance !== undefined],
    ["build.sbom", service.build?.sbom !== undefined],
  ];
  const sentences = found.flatMap(([attribute, isThere]) =>
    isThere ? [`service "${name}": ${attribute} is not supported here, it is ignored`] : [],
  );
  const wantsFirst = deploy?.update_config?.order === "start-first";
  if (wantsFirst && !startsFirst(service))
    sentences.push(
      `service "${name}": deploy.update_config.order is ignored, since two containers cannot publish the same port`,
    );
  return [...sentences, ...ofFiles(project, service)];
}

/** A file of the host is mounted as it is; only values that Compose writes itself can have an owner and a mode. */
function ofFiles(project: Project, { secrets = [], configs = [] }: Service): string[] {
  const owned = ({ uid, gid, mode }: { uid?: string; gid?: string; mode?: string }): boolean =>
    uid !== undefined || gid !== undefined || mode !== undefined;
  const hasSecret = secrets.some((mount) => owned(mount) && project.secrets[mount.source]?.file !== undefined);
  const hasConfig = configs.some((mount) => owned(mount) && project.configs[mount.source]?.file !== undefined);
  return [
    ...(hasSecret ? ["secrets `uid`, `gid` and `mode` are not supported, they will be ignored"] : []),
    ...(hasConfig ? ["configs `uid`, `gid` and `mode` are not supported, they will be ignored"] : []),
  ];
}
