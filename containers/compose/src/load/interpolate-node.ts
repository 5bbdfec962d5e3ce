/** Variables in the values of a file. */
import { InterpolationError, interpolate, type Variables } from "./interpolate.ts";
import type { Entry, Node } from "./node.ts";
import { failAt } from "./source.ts";

/** Gives `node` with the variables in its strings replaced; keys stay. Throws `ComposeFileError` at the string at fault. */
export function interpolateNode(node: Node, variables: Variables, path = ""): Node {
  if (node.kind === "list") {
    return { ...node, items: node.items.map((item, index) => interpolateNode(item, variables, `${path}[${index}]`)) };
  }
  if (node.kind === "map") {
    const entries = new Map<string, Entry>();
    for (const [name, { key, value }] of node.entries) {
      entries.set(name, { key, value: interpolateNode(value, variables, path === "" ? name : `${path}.${name}`) });
    }
    return { ...node, entries };
  }
  if (typeof node.value !== "string" || !node.value.includes("$")) return node;
  try {
    return { ...node, value: interpolate(node.value, variables) };
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    return failAt(node.at, path, error.message);
  }
}
