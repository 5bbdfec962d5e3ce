/** `services.*.build`. */
import { list, scalar } from "../node.ts";
import { assignments, listOf, listOrMap, mapOf, object, shorthand, texts } from "./collections.ts";
import { extraHosts } from "./hosts-shape.ts";
import { fileList } from "./mounts-shape.ts";
import { context, namedContext } from "./paths.ts";
import { boolean, booleanOrText, bytes, text } from "./scalars.ts";
import { isOpaque, mustBe, type Shape } from "./shape.ts";
import { ulimits } from "./ulimits-shape.ts";

const agents = listOf(text, (item) => (item.kind === "scalar" ? (String(item.value).split("=")[0] ?? "") : ""));

/** `default`, `id=path`, or a mapping of them. */
const ssh: Shape = {
  read(node, path, reading) {
    if (isOpaque(node, reading)) return node;
    const named = node.kind === "scalar" ? list([node], node) : node;
    if (named.kind !== "map") return agents.read(named, path, reading);
    const items = [...named.entries].map(([id, { value }]) => {
      if (value.kind !== "scalar") return mustBe(value, `${path}.${id}`, "a path");
      return scalar(value.value === null || value.value === "" ? id : `${id}=${value.value}`, value);
    });
    return agents.read(list(items, named), path, reading);
  },
  merge: agents.merge,
};

/** How an image is built; a string alone is the context. */
export const build: Shape = object(
  {
    context,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: texts,
    args: listOrMap(),
    ssh,
    labels: listOrMap(""),
    cache_from: texts,
    cache_to: texts,
    no_cache: boolean,
    additional_contexts: mapOf(namedContext, { expand: assignments }),
    network: text,
    provenance: booleanOrText,
    sbom: booleanOrText,
    pull: boolean,
    target: text,
    shm_size: bytes,
    extra_hosts: extraHosts,
    isolation: text,
    privileged: boolean,
    secrets: fileList("", { isStated: false }),
    tags: texts,
    ulimits,
    platforms: texts,
  },
  { expand: shorthand("context", "a directory or a mapping") },
);
