/** `Binds`, `Mounts` and `Tmpfs` of a create request. Pure. */
import { resolve } from "node:path";
import type { ContainerMount } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";
import type { Reader } from "../http/reader.ts";
import { checkDriver } from "../volumes/check-driver.ts";

/** What may follow the target of a `-v`. */
const BIND_OPTIONS = new Set([
  ...["", "ro", "rw", "z", "Z", "nocopy", "consistent", "cached", "delegated"],
  ...["private", "rprivate", "shared", "rshared", "slave", "rslave"],
]);

/** What may be said of a `--tmpfs`: words, and names with a value. */
const TMPFS_FLAGS = new Set([
  ...["ro", "rw", "exec", "noexec", "suid", "nosuid", "dev", "nodev", "sync", "async", "dirsync", "remount"],
  ...["mand", "nomand", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime"],
  "nostrictatime",
]);
const TMPFS_VALUES = new Set(["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"]);

/** All mounts of a HostConfig, and a volume without a name for each path in `declared`. Throws 400 for malformed ones. */
export function parseMounts(host: Reader, declared: readonly string[]): ContainerMount[] {
  const binds = (host.strings("Binds") ?? []).map(parseBind);
  for (const { type, source } of binds) if (type === "volume") checkDriver(host.text("VolumeDriver"), source);
  const mounts = [
    ...binds,
    ...host.objects("Mounts").map(parseMount),
    ...Object.entries(host.map("Tmpfs") ?? {}).map(parseTmpfs),
  ];
  const targets = new Set<string>();
  for (const { target } of mounts) {
    if (targets.has(target)) throw new DockerError(400, `Duplicate mount point: ${target}`);
    targets.add(target);
  }
  const anonymous = declared.filter((target) => !targets.has(target));
  return [...mounts, ...anonymous.map((target): ContainerMount => ({ type: "volume", target }))];
}

function parseBind(text: string): ContainerMount {
  const [source = "", target = "", options = "", ...rest] = text.split(":");
  if (rest.length > 0 || target === "") throw new DockerError(400, `invalid volume specification: '${text}'`);
  if (!target.startsWith("/")) {
    const type = source.startsWith("/") ? "bind" : "volume";
    const why = `invalid mount config for type "${type}": invalid mount path: '${target}' mount path must be absolute`;
    throw new DockerError(400, `invalid volume specification: '${text}': ${why}`);
  }
  if (resolve(target) === "/") {
    const type = source.startsWith("/") ? "bind" : "volume";
    const why = `invalid mount config for type "${type}": invalid specification: destination can't be '/'`;
    throw new DockerError(400, `invalid volume specification: '${text}': ${why}`);
  }
  const words = options.split(",");
  const unknown = words.find((word) => !BIND_OPTIONS.has(word));
  if (unknown !== undefined) throw new DockerError(400, `invalid mode: ${options}`);
  if (!source.startsWith("/"))
    return { type: "volume", source, target, readonly: words.includes("ro"), noCopy: words.includes("nocopy") };
  const propagation = words.map(propagationOf).find((found) => found !== undefined);
  return { type: "bind", source, target, readonly: words.includes("ro"), propagation, createSource: true };
}

// The engine knows the recursive kinds alone.
function propagationOf(word: string): ContainerMount["propagation"] {
  if (word === "rshared" || word === "shared") return "bidirectional";
  return word === "rslave" || word === "slave" ? "host-to-container" : undefined;
}

function parseMount(mount: Reader): ContainerMount {
  const type = mount.text("Type") ?? "bind";
  const target = mount.text("Target") ?? "";
  const source = mount.text("Source") ?? "";
  if (!target.startsWith("/"))
    throw new DockerError(
      400,
      `invalid mount config for type "${type}": invalid mount path: '${target}' mount path must be absolute`,
    );
  switch (type) {
    case "bind":
      if (!source.startsWith("/"))
        throw new DockerError(
          400,
          `invalid mount config for type "bind": invalid mount path: '${source}' mount path must be absolute`,
        );
      return {
        ...{ type: "bind", source, target, readonly: mount.flag("ReadOnly") },
        propagation: propagationOf(mount.object("BindOptions").text("Propagation") ?? ""),
        recursive: !mount.object("BindOptions").flag("NonRecursive"),
        createSource: mount.object("BindOptions").flag("CreateMountpoint"),
      };
    case "tmpfs": {
      const { SizeBytes, Mode } = {
        SizeBytes: mount.object("TmpfsOptions").number("SizeBytes"),
        Mode: mount.object("TmpfsOptions").number("Mode"),
      };
      return { type: "tmpfs", target, size: SizeBytes, mode: Mode, readonly: mount.flag("ReadOnly") };
    }
    case "volume": {
      const options = mount.object("VolumeOptions");
      const driver = options.object("DriverConfig");
      checkDriver(driver.text("Name"), source);
      const subpath = options.text("Subpath") ?? "";
      if (subpath.startsWith("/") || subpath.split("/").includes(".."))
        throw new DockerError(
          400,
          'invalid mount config for type "volume": subpath must be a relative path within the volume',
        );
      return {
        ...{ type: "volume", source: source === "" ? undefined : source, target, readonly: mount.flag("ReadOnly") },
        ...{ noCopy: options.flag("NoCopy"), subpath: subpath || undefined },
        volume: { labels: options.map("Labels"), options: driver.map("Options") },
      };
    }
    default:
      throw new DockerError(400, `invalid mount config for type ${JSON.stringify(type)}: mount type unknown`);
  }
}

function parseTmpfs([target, options]: [string, string]): ContainerMount {
  if (!target.startsWith("/"))
    throw new DockerError(400, `invalid mount path: '${target}' mount path must be absolute`);
  const values = new Map(options.split(",").map((word) => word.split("=", 2) as [string, string | undefined]));
  for (const [name, value] of values) {
    const isKnown = value === undefined ? TMPFS_FLAGS.has(name) : TMPFS_VALUES.has(name);
    if (!isKnown && options !== "") throw new DockerError(400, `invalid tmpfs option ${JSON.stringify(name)}`);
  }
  const more = [...values].flatMap(([name, value]) =>
    ["ro", "rw", "size", "mode", ""].includes(name) ? [] : [value === undefined ? name : `${name}=${value}`],
  );
  const size = /^(\d+)([kmg]?)$/i.exec(values.get("size") ?? "");
  const unit = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[size?.[2]?.toLowerCase() ?? ""] ?? 1;
  const mode = values.get("mode");
  return {
    type: "tmpfs",
    target,
    readonly: values.has("ro"),
    ...(more.length === 0 ? {} : { options: more }),
    ...(size === null ? {} : { size: Number(size[1]) * unit }),
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
  };
}
