/** The labels by which everything of a project is found again, by any tool: those of `docker compose`. */
import type { NetworkSource, Project, Service, VolumeSource } from "../model.ts";
import { networkHash, volumeHash } from "./resource-hash.ts";

/** The release of `docker compose` that labels, names and behaviour follow. */
export const COMPOSE_VERSION = "2.40.3";

/** Names of labels. */
export const LABEL = {
  project: "com.docker.compose.project",
  configFiles: "com.docker.compose.project.config_files",
  workingDirectory: "com.docker.compose.project.working_dir",
  /** The files of variables that were named on the command line. */
  environmentFile: "com.docker.compose.project.environment_file",
  service: "com.docker.compose.service",
  number: "com.docker.compose.container-number",
  /** "True" for the containers of `run`, else "False". */
  oneOff: "com.docker.compose.oneoff",
  /** What tells the containers of `run` apart. */
  slug: "com.docker.compose.slug",
  configHash: "com.docker.compose.config-hash",
  /** Of the configs and secrets that were written into the container; `docker compose` has no such label. */
  filesHash: "io.skiff.compose.files-hash",
  /** The id of the image that the container was made from. */
  image: "com.docker.compose.image",
  /** `db:service_healthy:false,cache:service_started:true`: name, condition, restart. */
  dependsOn: "com.docker.compose.depends_on",
  /** The id of the container that this one was made to replace. */
  replace: "com.docker.compose.replace",
  network: "com.docker.compose.network",
  volume: "com.docker.compose.volume",
  version: "com.docker.compose.version",
} as const;

/** What a container's labels tell besides what its service says. */
export interface ContainerFacts {
  /** -1 for the containers of `run`. */
  readonly number: number;
  readonly configHash: string;
  readonly filesHash?: string | undefined;
  readonly imageId: string | undefined;
  /** Id of the container that it replaces. */
  readonly replaces?: string | undefined;
  /** Set for the containers of `run`. */
  readonly slug?: string | undefined;
}

/** All labels of a container of `service`, those of the service included. */
export function containerLabels(project: Project, service: Service, facts: ContainerFacts): Record<string, string> {
  const environmentFiles = project.environmentFiles ?? [];
  const dependencies = Object.entries(service.depends_on ?? {}).map(
    ([name, { condition, restart = false }]) => `${name}:${condition}:${restart}`,
  );
  return {
    ...service.labels,
    [LABEL.project]: project.name,
    [LABEL.service]: service.name,
    [LABEL.version]: COMPOSE_VERSION,
    [LABEL.workingDirectory]: project.workingDirectory,
    [LABEL.configFiles]: project.composeFiles.join(","),
    ...(environmentFiles.length === 0 ? {} : { [LABEL.environmentFile]: environmentFiles.join(",") }),
    [LABEL.oneOff]: facts.slug === undefined ? "False" : "True",
    [LABEL.number]: String(facts.number),
    [LABEL.configHash]: facts.configHash,
    ...(facts.filesHash === undefined ? {} : { [LABEL.filesHash]: facts.filesHash }),
    [LABEL.dependsOn]: dependencies.join(","),
    ...(facts.imageId === undefined ? {} : { [LABEL.image]: facts.imageId }),
    ...(facts.replaces === undefined ? {} : { [LABEL.replace]: facts.replaces }),
    ...(facts.slug === undefined ? {} : { [LABEL.slug]: facts.slug }),
  };
}

/** Labels of the network that the file calls `key`. */
export function networkLabels(project: Project, key: string, network: NetworkSource): Record<string, string> {
  return {
    ...network.labels,
    [LABEL.network]: key,
    [LABEL.project]: project.name,
    [LABEL.version]: COMPOSE_VERSION,
    [LABEL.configHash]: networkHash(network),
  };
}

/** Labels of the volume that the file calls `key`. */
export function volumeLabels(project: Project, key: string, volume: VolumeSource): Record<string, string> {
  return {
    ...volume.labels,
    [LABEL.volume]: key,
    [LABEL.project]: project.name,
    [LABEL.version]: COMPOSE_VERSION,
    [LABEL.configHash]: volumeHash(volume),
  };
}
