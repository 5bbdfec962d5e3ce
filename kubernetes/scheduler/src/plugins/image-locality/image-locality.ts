import type { ScorePlugin } from "../../framework.ts";
import type { NodeInfo } from "../../node-info.ts";
import { MAX_SCORE } from "../../normalize.ts";

const MB = 1024 * 1024;
/** Less than this is pulled so fast that it does not matter; more than the maximum, per container, counts no further. */
const MIN_BYTES = 23 * MB;
const MAX_BYTES_PER_CONTAINER = 1000 * MB;

/**
 * ImageLocality: prefers nodes that already have the Pod's images. An image counts the less the fewer nodes have it, so that
 * one node does not draw all Pods of an image.
 */
export const imageLocality: ScorePlugin = {
  name: "ImageLocality",
  wakesOn: [],
  preScore({ pod }, _, snapshot) {
    const images = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ image }) =>
      fullName(image ?? ""),
    );
    const sizes = new Map(snapshot.nodes.map((node) => [node.name, imageSizes(node)]));
    const spread = new Map<string, number>();
    for (const image of new Set(images)) {
      const holders = [...sizes.values()].filter((have) => have.has(image)).length;
      spread.set(image, holders / Math.max(1, snapshot.nodes.length));
    }
    const max = MAX_BYTES_PER_CONTAINER * images.length;
    return {
      score(node) {
        const have = sizes.get(node.name);
        const bytes = images.reduce((sum, image) => sum + (have?.get(image) ?? 0) * (spread.get(image) ?? 0), 0);
        return Math.floor((MAX_SCORE * (Math.min(Math.max(bytes, MIN_BYTES), max) - MIN_BYTES)) / (max - MIN_BYTES));
      },
    };
  },
};

const known = new WeakMap<object, ReadonlyMap<string, number>>();

/** Image name → bytes. Worked out once per version of a node. */
function imageSizes({ node }: NodeInfo): ReadonlyMap<string, number> {
  let sizes = known.get(node);
  if (!sizes) {
    sizes = new Map(
      (node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) =>
        names.map((name) => [fullName(name), sizeBytes] as const),
      ),
    );
    known.set(node, sizes);
  }
  return sizes;
}

/** The name with the tag `latest` when it has neither tag nor digest. */
function fullName(name: string): string {
  return name.lastIndexOf(":") > name.lastIndexOf("/") ? name : `${name}:latest`;
}
