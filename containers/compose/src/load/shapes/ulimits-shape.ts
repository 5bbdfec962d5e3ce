/** `ulimits`. */
import { mapOf, object } from "./collections.ts";
import { integer } from "./scalars.ts";
import { isOpaque, mergeEntries, type Shape } from "./shape.ts";

const single = integer(-1);
const pair = object({ soft: single, hard: single });

/** By name: one number for both limits, or the two of them. */
export const ulimits: Shape = mapOf({
  read: (node, path, reading) =>
    (isOpaque(node, reading) || node.kind === "map" ? pair : single).read(node, path, reading),
  merge: (base, over, path) => mergeEntries(base, over, path, () => single),
});
