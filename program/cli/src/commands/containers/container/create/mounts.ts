/** `--mount`, `-v`, `--tmpfs`: what a container sees in its file system beside the image. */
import { resolve } from "node:path";
import { csv, parseSize, splitAt } from "./values.ts";

const BOOLEANS: Readonly<Record<string, boolean>> = { "1": true, true: true, "0": false, false: false };

/** A mount of `type=…,source=…,target=…`. Throws an Error in Docker's words. */
export function parseMount(text: string): object {
  const mount: Record<string, unknown> = { Type: "volume" };
  const group = (name: "BindOptions" | "VolumeOptions" | "TmpfsOptions" | "ImageOptions"): Record<string, unknown> => {
    const found = (mount[name] ?? {}) as Record<string, unknown>;
    mount[name] = found;
    return found;
  };
  for (const field of csv(text)) {
    const hasValue = field.includes("=");
    const [written, value] = splitAt(field, "=");
    const key = written.toLowerCase();
    const flag = (): boolean => {
      const truth = hasValue ? BOOLEANS[value.toLowerCase()] : true;
      if (truth === undefined) throw new Error(`invalid value for ${key}: ${value}`);
      return truth;
    };
    if (!hasValue && !["readonly", "ro", "volume-nocopy", "bind-nonrecursive"].includes(key))
      throw new Error(`invalid field '${field}' must be a key=value pair`);
    switch (key) {
      case "type":
        mount.Type = value.toLowerCase();
        break;
      case "source":
      case "src":
        // What begins with a dot is a path from here.
        mount.Source = /^\.{1,2}(\/|$)/.test(value) ? resolve(value) : value;
        break;
      case "target":
      case "dst":
      case "destination":
        mount.Target = value;
        break;
      case "readonly":
      case "ro":
        mount.ReadOnly = flag();
        break;
      case "consistency":
        mount.Consistency = value.toLowerCase();
        break;
      case "bind-propagation":
        group("BindOptions").Propagation = value.toLowerCase();
        break;
      case "bind-nonrecursive":
        group("BindOptions").NonRecursive = flag();
        break;
      case "bind-recursive":
        if (!["enabled", "disabled", "writable", "readonly"].includes(value))
          throw new Error(
            `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
          );
        if (value === "disabled") group("BindOptions").NonRecursive = true;
        if (value === "writable") group("BindOptions").ReadOnlyNonRecursive = true;
        if (value === "readonly") group("BindOptions").ReadOnlyForceRecursive = true;
        break;
      case "volume-subpath":
        group("VolumeOptions").Subpath = value;
        break;
      case "volume-nocopy":
        group("VolumeOptions").NoCopy = flag();
        break;
      case "volume-label": {
        const labels = (group("VolumeOptions").Labels ?? {}) as Record<string, string>;
        group("VolumeOptions").Labels = { ...labels, ...Object.fromEntries([splitAt(value, "=")]) };
        break;
      }
      case "volume-driver":
        group("VolumeOptions").DriverConfig = { ...driverOf(mount), Name: value };
        break;
      case "volume-opt": {
        const driver = driverOf(mount);
        const options = { ...driver.Options, ...Object.fromEntries([splitAt(value, "=")]) };
        group("VolumeOptions").DriverConfig = { ...driver, Options: options };
        break;
      }
      case "image-subpath":
        group("ImageOptions").Subpath = value;
        break;
      case "tmpfs-size":
        group("TmpfsOptions").SizeBytes = parseSize(value);
        break;
      case "tmpfs-mode":
        if (!/^[0-7]+$/.test(value)) throw new Error(`invalid value for ${key}: ${value}`);
        group("TmpfsOptions").Mode = Number.parseInt(value, 8);
        break;
      default:
        throw new Error(`unknown option '${key}' in '${field}'`);
    }
  }
  if (mount.Type === "") throw new Error("type is required");
  if (mount.Target === undefined || mount.Target === "") throw new Error("target is required");
  for (const [option, type] of OPTIONS)
    if (mount[option] !== undefined && mount.Type !== type)
      throw new Error(`cannot mix '${type}-*' options with mount type '${mount.Type}'`);
  return mount;
}

const OPTIONS = [
  ["VolumeOptions", "volume"],
  ["BindOptions", "bind"],
  ["TmpfsOptions", "tmpfs"],
  ["ImageOptions", "image"],
] as const;

function driverOf(mount: Readonly<Record<string, unknown>>): { Name?: string; Options?: Record<string, string> } {
  const options = (mount.VolumeOptions ?? {}) as { DriverConfig?: { Name?: string; Options?: Record<string, string> } };
  return options.DriverConfig ?? {};
}

/** `-v`: those with a source, with paths from here made absolute, and those without, which are anonymous volumes. */
export function parseVolumes(texts: readonly string[]): { readonly binds: string[]; readonly anonymous: string[] } {
  const binds: string[] = [];
  const anonymous: string[] = [];
  for (const text of texts) {
    const [source, rest] = splitAt(text, ":");
    if (!text.includes(":")) anonymous.push(text);
    else binds.push(/^\.{1,2}(\/|$)/.test(source) ? `${resolve(source)}:${rest}` : text);
  }
  return { binds, anonymous };
}
