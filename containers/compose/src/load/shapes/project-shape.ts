/** A whole Compose file. */
import { attribute, type Node, scalar, textOf, withEntries } from "../node.ts";
import { failAt } from "../source.ts";
import {
  keyOf,
  listOf,
  listOrMap,
  mapOf,
  object,
  oneOrMore,
  sequence,
  shorthand,
  textOrTexts,
  texts,
} from "./collections.ts";
import { absolute, path } from "./paths.ts";
import { atom, boolean, integer, looseText, text } from "./scalars.ts";
import { NAME, service } from "./service-shape.ts";
import { isOpaque, later, type Reading, type Shape } from "./shape.ts";

/** `external: {name: …}` is an older way of writing `external: true` with a name beside it. */
function resource(attributes: Readonly<Record<string, Shape>>, nullable: boolean): Shape {
  const external: Shape = {
    read: (node, at, reading) =>
      node.kind === "map" ? object({ name: text }).read(node, at, reading) : boolean.read(node, at, reading),
    merge: later,
  };
  const shape = object({ ...attributes, name: text, external, labels: listOrMap("") }, { nullable });
  return {
    read(node, at, reading) {
      const read = shape.read(node, at, reading);
      const written = attribute(read, "external");
      if (read.kind !== "map" || written?.kind !== "map") return read;
      const name = attribute(written, "name") ?? attribute(read, "name");
      if (attribute(written, "name") !== undefined && attribute(read, "name") !== undefined) {
        return failAt(written.at, `${at}.external.name`, "is an older form of name: only one of the two can be given");
      }
      const entries = new Map([
        ...read.entries,
        ["external", { key: written.at, value: scalar(true, written) }],
      ] as const);
      if (name !== undefined) entries.set("name", { key: name.at, value: name });
      return withEntries(read, entries);
    },
    merge: shape.merge,
    takesNothing: nullable,
  };
}

const network = resource(
  {
    driver: text,
    driver_opts: mapOf(looseText),
    ipam: object({
      driver: text,
      config: listOf(
        object({ subnet: text, ip_range: text, gateway: text, aux_addresses: mapOf(text) }),
        keyOf("subnet"),
        { joined: true },
      ),
      options: mapOf(text),
    }),
    internal: boolean,
    attachable: boolean,
    enable_ipv4: boolean,
    enable_ipv6: boolean,
  },
  true,
);

const plainVolume = resource({ driver: text, driver_opts: mapOf(looseText) }, true);
const volume: Shape = {
  // The local driver's `o: bind` is a bind mount, whose device is a path beside the file.
  read(node, at, reading) {
    const read = plainVolume.read(node, at, reading);
    const options = attribute(read, "driver_opts");
    const device = attribute(options, "device");
    const isBind =
      (textOf(options, "o") ?? "").split(",").includes("bind") && (textOf(read, "driver") ?? "local") === "local";
    const written = textOf(options, "device");
    if (read.kind !== "map" || options?.kind !== "map" || device === undefined || written === undefined || !isBind)
      return read;
    const resolved = isOpaque(device, reading) ? device : scalar(absolute(written, reading), device);
    const value = withEntries(options, new Map([...options.entries, ["device", { key: device.at, value: resolved }]]));
    return withEntries(read, new Map([...read.entries, ["driver_opts", { key: options.at, value }]]));
  },
  merge: plainVolume.merge,
  takesNothing: true,
};

const secret = resource(
  { environment: text, file: path, driver: text, driver_opts: mapOf(looseText), template_driver: text },
  false,
);
const config = resource({ content: text, environment: text, file: path, template_driver: text }, false);

const projectName = atom((node, at) => {
  const isName = node.kind === "scalar" && /^[a-z0-9][a-z0-9_-]*$/.test(String(node.value));
  return isName ? scalar(String((node as { value: unknown }).value), node) : failAt(node.at, at, NAME_RULE);
});

/** What a project's name may be, for messages. */
export const NAME_RULE =
  "a project's name is lower-case letters, digits, dashes and underscores, and begins with a letter or a digit";

/** `include[]`: the paths are resolved by the one who loads them. */
export const include: Shape = sequence(
  object(
    { path: textOrTexts, env_file: oneOrMore(texts), project_directory: text },
    { expand: shorthand("path", "a path or a mapping") },
  ),
);

const nameRule = { key: NAME };

/** A file, or what several of them are together. */
export const file: Shape = object({
  version: looseText,
  name: projectName,
  include,
  services: mapOf(service, nameRule),
  networks: mapOf(network, nameRule),
  volumes: mapOf(volume, nameRule),
  secrets: mapOf(secret, nameRule),
  configs: mapOf(config, nameRule),
  models: mapOf(object({ name: text, model: text, context_size: integer(0), runtime_flags: texts }), nameRule),
});

/** Reads a document as a Compose file. */
export function readFile(document: Node, reading: Reading): Node {
  if (document.kind !== "map") return failAt(document.at, "", "a Compose file is a mapping with services");
  return file.read(document, "", reading);
}
