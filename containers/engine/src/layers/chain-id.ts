import { createHash } from "node:crypto";

/** The id of a layer on top of a chain (OCI image-spec, "Layer ChainID"); `parent` is "" for the bottom layer. */
export function chainIdOf(parent: string, diffId: string): string {
  return parent === "" ? diffId : `sha256:${createHash("sha256").update(`${parent} ${diffId}`).digest("hex")}`;
}

/** Chain ids of a whole stack of layers, bottom first. */
export function chainIdsOf(diffIds: readonly string[]): string[] {
  const chain: string[] = [];
  for (const diffId of diffIds) chain.push(chainIdOf(chain.at(-1) ?? "", diffId));
  return chain;
}
