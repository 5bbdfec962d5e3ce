/** What the containers of a service mount, as volumes of its Pods. */
import type { MountPropagationMode, Volume, VolumeMount } from "@skiff/api/core/v1";
import type { FileMount, Mount, Service } from "@skiff/compose";
import { claimName } from "./claims.ts";
import type { ConversionContext } from "./context.ts";
import { FILE_KEY, type FileKind, fileObjectName } from "./files.ts";
import { objectName } from "./object-name.ts";

export interface PodMounts {
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
}

const PROPAGATION: Readonly<Record<string, MountPropagationMode>> = {
  shared: "Bidirectional",
  rshared: "Bidirectional",
  slave: "HostToContainer",
  rslave: "HostToContainer",
};
const DEFAULT_FILE_MODE = 0o444;

interface Mounted {
  readonly volume: Volume;
  readonly mount: VolumeMount;
}

/** Volumes, tmpfs, shared memory, configs and secrets of a service. */
export function mountsOf(service: Service, context: ConversionContext): PodMounts {
  const mounted = [
    ...(service.volumes ?? []).flatMap((mount, index) => mountOf(mount, index, service, context) ?? []),
    ...(service.tmpfs ?? []).map((text, index) => tmpfsOf(text, index)),
    ...(service.shm_size === undefined ? [] : [memory("shm", "/dev/shm", service.shm_size)]),
    ...(service.configs ?? []).map((file) => fileOf("config", file, context)),
    ...(service.secrets ?? []).map((file) => fileOf("secret", file, context)),
  ];
  const volumes = new Map(mounted.map(({ volume }) => [volume.name, volume]));
  return { volumes: [...volumes.values()], mounts: mounted.map(({ mount }) => mount) };
}

function mountOf(mount: Mount, index: number, service: Service, context: ConversionContext): Mounted | undefined {
  const { type, source = "", target } = mount;
  const readOnly = mount.read_only ? true : undefined;
  const named = (volume: Volume, more: Partial<VolumeMount> = {}): Mounted => ({
    volume,
    mount: { name: volume.name, mountPath: target, readOnly, ...more },
  });
  switch (type) {
    case "bind": {
      const mountPropagation = PROPAGATION[mount.bind?.propagation ?? ""];
      return named({ name: `bind-${index}`, hostPath: { path: source } }, { mountPropagation });
    }
    case "volume": {
      if (source === "") {
        context.warn(
          `service "${service.name}": the anonymous volume at ${target} starts empty, without what the image has there`,
        );
        return named({ name: `anonymous-${index}`, emptyDir: {} });
      }
      const claim = claimName(context, source);
      return named(
        { name: `volume-${claim}`.slice(0, 63), persistentVolumeClaim: { claimName: claim } },
        { subPath: mount.volume?.subpath },
      );
    }
    case "tmpfs":
      return memory(`tmpfs-${index}`, target, mount.tmpfs?.size);
    case "image":
      return named({ name: `image-${index}`, image: { reference: source } }, { subPath: mount.image?.subpath });
    default:
      context.warn(`service "${service.name}": volumes of type ${type} cannot be mounted at ${target}`);
      return undefined;
  }
}

// "/run" or "/run:size=64m,mode=755"
function tmpfsOf(text: string, index: number): Mounted {
  const [path = "", options = ""] = text.split(":");
  const [, amount, unit = ""] = /(?:^|,)size=(\d+)([kmg]?)/i.exec(options) ?? [];
  const size = amount === undefined ? undefined : `${amount}${{ k: "Ki", m: "Mi", g: "Gi" }[unit.toLowerCase()] ?? ""}`;
  return memory(`tmpfs-at-${index}`, path, size);
}

function memory(name: string, mountPath: string, sizeLimit: string | undefined): Mounted {
  return { volume: { name, emptyDir: { medium: "Memory", sizeLimit } }, mount: { name, mountPath } };
}

// The file alone is mounted, so that its neighbours in the image stay.
function fileOf(kind: FileKind, file: FileMount, context: ConversionContext): Mounted {
  const object = fileObjectName(context, kind, file.source);
  const defaultMode = file.mode === undefined ? DEFAULT_FILE_MODE : Number.parseInt(file.mode, 8);
  const name = `${kind}-${object}${file.mode === undefined ? "" : `-${file.mode}`}`.slice(0, 63);
  const given = file.target ?? file.source;
  const directory = kind === "secret" ? "/run/secrets/" : "/";
  const mountPath = given.startsWith("/") ? given : `${directory}${given}`;
  const volume: Volume =
    kind === "config"
      ? { name, configMap: { name: object, defaultMode } }
      : { name, secret: { secretName: object, defaultMode } };
  return {
    volume: { ...volume, name: objectName(name) },
    mount: { name: objectName(name), mountPath, subPath: FILE_KEY, readOnly: true },
  };
}
