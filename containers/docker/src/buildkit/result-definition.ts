/**
 * A build's result as a definition that a client hands to another build: `target:` of bake, `service:` of Compose. Clients keep such
 * definitions and give them back; what is in them is for the builder alone, and ours name the image.
 */
import { createHash } from "node:crypto";
import { codec } from "./wire.ts";

/** Operations, the last of which is the result; see pb.Definition. */
export interface Definition {
  readonly def: readonly Uint8Array[];
  /** What is told of each operation, by its digest: nothing, but clients want to see that. */
  readonly metadata: readonly { readonly key: string; readonly value: object }[];
}

const SCHEME = "skiff-result://";

/** The definition that stands for an image, by its id. */
export function definitionOf(image: string): Definition {
  const source = codec.encode("Op", { source: { identifier: `${SCHEME}${image}` } });
  const def = [source, codec.encode("Op", { inputs: [{ digest: digestOf(source) }] })];
  return { def, metadata: def.map((bytes) => ({ key: digestOf(bytes), value: {} })) };
}

/** The id of the image that a definition stands for; undefined where it is not one of ours. Throws a RangeError for what is none at all. */
export function imageOf({ def }: Pick<Definition, "def">): string | undefined {
  const sources = def.flatMap((bytes) => {
    const { source } = codec.decode("Op", bytes) as { source?: { identifier: string } };
    return source === undefined ? [] : [source.identifier];
  });
  const [only, ...others] = sources;
  if (only === undefined || others.length > 0 || !only.startsWith(SCHEME)) return undefined;
  return only.slice(SCHEME.length);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
