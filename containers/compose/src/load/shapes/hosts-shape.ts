/** `extra_hosts`. */
import { list, type Node, scalar } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { listOf } from "./collections.ts";
import { text } from "./scalars.ts";
import { isOpaque, mustBe, type Shape } from "./shape.ts";

const hosts = listOf(text);

/** `name=address` or `name:address` in a list, or a mapping; becomes a list of `name=address`. */
export const extraHosts: Shape = {
  read(node, path, reading) {
    if (isOpaque(node, reading)) return node;
    if (node.kind === "list") {
      const items = node.items.map((item, index) => (isOpaque(item, reading) ? item : host(item, `${path}[${index}]`)));
      return hosts.read(list(items, node), path, reading);
    }
    if (node.kind !== "map") return mustBe(node, path, "a list or a mapping");
    const items = [...node.entries].flatMap(([name, { value }]) => {
      const addresses = value.kind === "list" ? value.items : [value];
      return addresses.map((address) => {
        if (address.kind !== "scalar" || typeof address.value !== "string")
          return mustBe(address, `${path}.${name}`, "an address");
        return scalar(`${name}=${bare(address.value)}`, address);
      });
    });
    return hosts.read(list(items, node), path, reading);
  },
  merge: hosts.merge,
};

function host(item: Node, path: string): Node {
  if (item.kind !== "scalar" || typeof item.value !== "string")
    return mustBe(item, path, 'a string such as "name=address"');
  const match = /^([^=:]+)[=:](.+)$/.exec(item.value);
  if (match === null) return failAt(item.at, path, `${quoted(item.value)} must be name=address`);
  return scalar(`${match[1]}=${bare(match[2] ?? "")}`, item);
}

function bare(address: string): string {
  return address.replace(/^\[(.*)\]$/, "$1");
}
