/** Whether a container is no longer what its service says. Pure. */
import type { Project, Service } from "../model.ts";
import type { ObservedContainer, ObservedResource } from "../observe/observed.ts";
import { LABEL } from "./labels.ts";

/** What the container is compared with. */
export interface Expectation {
  /** Undefined: it is known to change. */
  readonly hash: string | undefined;
  /** Of what is written into its containers; undefined where nothing is. */
  readonly files?: string | undefined;
  /** Undefined where the image is not there. */
  readonly imageId: string | undefined;
  readonly networks: readonly ObservedResource[];
}

/** True where the service, its image, or what the container is connected to has changed. */
export function isDiverged(
  project: Project,
  service: Service,
  container: ObservedContainer,
  { hash, files, imageId, networks }: Expectation,
): boolean {
  if (container.configHash !== hash) return true;
  // A container that another tool made does not tell what was written into it.
  const written = container.labels[LABEL.filesHash];
  if (written !== undefined && written !== files) return true;
  if (imageId !== undefined && container.image !== imageId) return true;
  return lacksNetwork(project, service, container, networks) || lacksVolume(project, service, container);
}

/**
 * A network that was made anew has another id. What does not run may tell no networks, or their names without ids: that is how
 * dockerd lists what has never been started.
 */
function lacksNetwork(
  project: Project,
  service: Service,
  { state, networks: actual }: ObservedContainer,
  networks: readonly ObservedResource[],
): boolean {
  if (service.network_mode !== undefined) return false;
  const runs = state === "running";
  if (!runs && Object.keys(actual).length === 0) return false;
  return Object.keys(service.networks ?? {}).some((key) => {
    const name = project.networks[key]?.name ?? key;
    const known = networks.find((network) => network.name === name);
    // An external network may be given by its id.
    if (known === undefined) return !Object.entries(actual).some(([its, id]) => its === name || id === name);
    return actual[name] !== known.id && (runs || actual[name] !== "");
  });
}

function lacksVolume(project: Project, service: Service, { mounts }: ObservedContainer): boolean {
  return (service.volumes ?? []).some(({ type, source }) => {
    if (type !== "volume" || source === undefined) return false;
    const name = project.volumes[source]?.name ?? source;
    return !mounts.some((mount) => mount.type === "volume" && mount.name === name);
  });
}
