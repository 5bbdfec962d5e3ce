const PREFIX = "system:node:";

/** Whether the user is a node: in the group of nodes, under a node's name. */
export function isNode({ name, groups }: { readonly name: string; readonly groups: readonly string[] }): boolean {
  return name.startsWith(PREFIX) && groups.includes("system:nodes");
}

/** The name of the node the user is, or undefined for anybody else. Empty where a node does not say which it is. */
export function nodeNameOf(user: { readonly name: string; readonly groups: readonly string[] }): string | undefined {
  return isNode(user) ? user.name.slice(PREFIX.length) : undefined;
}
