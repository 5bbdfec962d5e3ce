/** `services.*.volumes`, `configs` and `secrets`. */
import { attribute, type Mapping, mapping, type Node, scalar, textOf, withEntries } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { keyOf, listOf, listOrMap, object, shorthand, withDefault } from "./collections.ts";
import { absolute } from "./paths.ts";
import { boolean, bytes, fileMode, oneOf, text } from "./scalars.ts";
import { isOpaque, mustBe, type Reading, type Shape } from "./shape.ts";

const mount = object(
  {
    type: oneOf("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
    source: text,
    target: text,
    read_only: boolean,
    consistency: text,
    bind: object({
      propagation: text,
      create_host_path: boolean,
      recursive: oneOf("enabled", "disabled", "writable", "readonly"),
      selinux: oneOf("z", "Z"),
    }),
    volume: object({ labels: listOrMap(""), nocopy: boolean, subpath: text }),
    tmpfs: object({ size: bytes, mode: fileMode }),
    image: object({ subpath: text }),
  },
  { expand: shortMount },
);

/** Volumes of a service: the target says which one a later file means. */
export const mountList: Shape = listOf(
  {
    read(node, path, reading) {
      const read = mount.read(node, path, reading);
      if (read.kind !== "map" || isOpaque(read, reading)) return read;
      if (!read.entries.has("type")) return failAt(read.at, path, "a volume in the long syntax needs a type");
      if (!read.entries.has("target")) return failAt(read.at, path, "a volume needs a target");
      const type = textOf(read, "type");
      if (type === "image" && !read.entries.has("source"))
        return failAt(read.at, path, "an image mount needs a source");
      return type === "bind" ? bound(read, path, reading) : read;
    },
    merge: mount.merge,
  },
  keyOf("target"),
);

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** `[source:]target[:options]`. */
function shortMount(node: Node, path: string, reading: Reading): Node {
  if (node.kind !== "scalar" || typeof node.value !== "string" || node.value === "") {
    return mustBe(node, path, 'a volume such as "./data:/data:ro" or a mapping');
  }
  const written = node.value;
  const parts = written.split(":");
  const [first = "", second, options = ""] = parts;
  if (parts.length > 3 || first === "" || second === "") {
    return failAt(node.at, path, `${quoted(written)} is no volume: it must be [source:]target[:options]`);
  }
  if (second === undefined)
    return mapping(
      { type: scalar("volume", node), target: scalar(clean(first), node), volume: mapping({}, node) },
      node,
    );
  const isBind = /^[./~]/.test(first);
  const detail: Record<string, Node> = isBind ? { create_host_path: scalar(true, node) } : {};
  const values: Record<string, Node> = {
    type: scalar(isBind ? "bind" : "volume", node),
    source: scalar(first, node),
    target: scalar(clean(second), node),
  };
  for (const option of options.split(",")) {
    if (option === "ro") values.read_only = scalar(true, node);
    else if (isBind && (option === "z" || option === "Z")) detail.selinux = scalar(option, node);
    else if (isBind && PROPAGATIONS.includes(option)) detail.propagation = scalar(option, node);
    else if (!isBind && (option === "nocopy" || option === "volume-nocopy")) detail.nocopy = scalar(true, node);
    else if (["cached", "consistent", "delegated"].includes(option)) values.consistency = scalar(option, node);
    else if (!["", "rw", "z", "Z", "copy"].includes(option)) {
      reading.warn(`${path}: option ${quoted(option)} of ${quoted(written)} is not known and has no effect`);
    }
  }
  values[isBind ? "bind" : "volume"] = mapping(detail, node);
  return mapping(values, node);
}

/** A bind mount with its source absolute and its defaults. */
function bound(read: Mapping, path: string, reading: Reading): Mapping {
  const source = attribute(read, "source");
  const written = textOf(read, "source");
  if (source === undefined || written === undefined) return failAt(read.at, path, "a bind mount needs a source");
  const options = attribute(read, "bind");
  const bind = options && withDefault(options, "create_host_path", scalar(true, read));
  const resolved = isOpaque(source, reading) ? source : scalar(absolute(written, reading), source);
  return withEntries(
    read,
    new Map([
      ...read.entries,
      ["source", { key: source.at, value: resolved }],
      ...(bind === undefined ? [] : ([["bind", { key: bind.at, value: bind }]] as const)),
    ]),
  );
}

function clean(target: string): string {
  return target.length > 1 ? target.replace(/\/+$/, "") : target;
}

const file = object(
  { source: text, target: text, uid: text, gid: text, mode: fileMode },
  { expand: shorthand("source", "a name or a mapping") },
);

/**
 * Configs or secrets. `directory` is where those go that name no target: an entry for the same target takes the place of an
 * earlier one. Where `isStated`, that target is written out.
 */
export function fileList(directory: string, { isStated }: { readonly isStated: boolean }): Shape {
  const defaultTarget = (read: Node): string => `${directory}${textOf(read, "source") ?? ""}`;
  return listOf(
    {
      read(node, path, reading) {
        const read = file.read(node, path, reading);
        if (read.kind !== "map" || isOpaque(read, reading)) return read;
        const source = attribute(read, "source");
        if (source === undefined) return failAt(read.at, path, "needs a source");
        if (!isStated || isOpaque(source, reading)) return read;
        return withDefault(read, "target", scalar(defaultTarget(read), source));
      },
      merge: file.merge,
    },
    (read) => textOf(read, "target") ?? defaultTarget(read),
  );
}
