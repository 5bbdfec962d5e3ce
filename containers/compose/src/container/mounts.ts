/** What the containers of a service see in their file systems, as a create request says it. Pure. */
import type { FileMount, Mount, Project, Service } from "../model.ts";
import type { ObservedMount } from "../observe/observed.ts";

/** Mounts of a HostConfig: `Binds` where the path on the host may be created, `Mounts` otherwise. */
export interface HostMounts {
  readonly Binds: readonly string[];
  readonly Mounts: readonly object[];
}

/** What a new container takes over from the one that it replaces. */
export interface Inheritance {
  readonly mounts: readonly ObservedMount[];
  /** Paths that the image declares as volumes. */
  readonly imageVolumes: readonly string[];
}

/** All mounts of a container. Throws for configs and secrets that only a cluster has. */
export function hostMounts(project: Project, service: Service, inherited: Inheritance | undefined): HostMounts {
  const binds: string[] = [];
  const mounts = new Map<string, object>();
  const taken = inheritedMounts(service, inherited);
  for (const [target, mount] of taken) mounts.set(target, mount);
  for (const mount of service.volumes ?? []) {
    if (mount.source === undefined && taken.has(mount.target)) continue;
    if (mount.type === "bind" && !needsMountApi(mount)) binds.push(bindText(mount));
    else mounts.set(mount.target, toMount(project, mount));
  }
  const targets = new Set((service.volumes ?? []).map(({ target }) => target));
  for (const [target, source] of [...fileMounts(project, service, "secret"), ...fileMounts(project, service, "config")])
    if (!targets.has(target)) mounts.set(target, { Type: "bind", Source: source, Target: target, ReadOnly: true });
  return { Binds: binds, Mounts: [...mounts.values()] };
}

/** Where a config or secret is in the container. */
export function fileTarget(kind: "config" | "secret", { source, target = source }: FileMount): string {
  if (target.startsWith("/")) return target;
  return kind === "secret" ? `/run/secrets/${target}` : `/${target}`;
}

/** Anonymous volumes live on in the container that replaces theirs: those of the file and those of the image. */
function inheritedMounts(service: Service, inherited: Inheritance | undefined): Map<string, object> {
  const taken = new Map<string, object>();
  const anonymous = (service.volumes ?? []).filter(({ source }) => source === undefined).map(({ target }) => target);
  const named = (service.volumes ?? []).filter(({ source }) => source !== undefined).map(({ target }) => target);
  for (const { type, name, source, target, readOnly } of inherited?.mounts ?? []) {
    if (type === "tmpfs" || named.includes(target)) continue;
    if (!anonymous.includes(target) && !inherited?.imageVolumes.includes(target)) continue;
    taken.set(target, { Type: type, Source: type === "volume" ? name : source, Target: target, ReadOnly: readOnly });
  }
  return taken;
}

/** `Binds` cannot say these, and creates a path that is missing. */
function needsMountApi({ bind }: Mount): boolean {
  return bind?.create_host_path === false || bind?.propagation !== undefined || bind?.recursive !== undefined;
}

function bindText({ source = "", target, read_only = false, bind }: Mount): string {
  const selinux = bind?.selinux === undefined ? "" : `,${bind.selinux}`;
  return `${source}:${target}:${read_only ? "ro" : "rw"}${selinux}`;
}

function toMount(project: Project, mount: Mount): object {
  const { type, source, target, read_only, consistency } = mount;
  const named = type === "volume" && source !== undefined ? (project.volumes[source]?.name ?? source) : source;
  return {
    ...{ Type: type, Source: named, Target: target, ReadOnly: read_only ?? false, Consistency: consistency },
    ...(mount.bind && type === "bind" ? { BindOptions: bindOptions(mount.bind) } : {}),
    ...(mount.volume && type === "volume"
      ? {
          VolumeOptions: {
            ...{ NoCopy: mount.volume.nocopy, Subpath: mount.volume.subpath, Labels: mount.volume.labels },
          },
        }
      : {}),
    ...(mount.tmpfs && type === "tmpfs"
      ? {
          TmpfsOptions: {
            SizeBytes: mount.tmpfs.size === undefined ? undefined : Number(mount.tmpfs.size),
            Mode: mount.tmpfs.mode === undefined ? undefined : Number.parseInt(mount.tmpfs.mode, 8),
          },
        }
      : {}),
    ...(mount.image && type === "image" ? { ImageOptions: { Subpath: mount.image.subpath } } : {}),
  };
}

function bindOptions(bind: NonNullable<Mount["bind"]>): object {
  return {
    Propagation: bind.propagation,
    CreateMountpoint: bind.create_host_path ?? true,
    NonRecursive: bind.recursive === "disabled" || undefined,
    ReadOnlyNonRecursive: bind.recursive === "writable" || undefined,
    ReadOnlyForceRecursive: bind.recursive === "readonly" || undefined,
  };
}

/** Configs and secrets that are files: target and source. Those with a value are put into the container once it is made. */
function fileMounts(project: Project, service: Service, kind: "config" | "secret"): [string, string][] {
  return ((kind === "secret" ? service.secrets : service.configs) ?? []).flatMap((mount): [string, string][] => {
    const source = kind === "secret" ? project.secrets[mount.source] : project.configs[mount.source];
    if (source?.external) throw new Error(`unsupported external ${kind} ${source.name}`);
    return source?.file === undefined ? [] : [[fileTarget(kind, mount), source.file]];
  });
}
