import type { Deps } from "../deps.ts";
import { DockerError } from "../http/docker-error.ts";
import { type KnownNetwork, knownNetworks } from "./network-shape.ts";

/** The network of that name, id, or beginning of an id. Throws 404, and 400 when several begin so. */
export function findNetwork({ engine }: Pick<Deps, "engine">, reference: string): KnownNetwork {
  const all = knownNetworks(engine);
  const exact = all.find(({ id, name }) => id === reference || name === reference);
  if (exact) return exact;
  const matches = reference === "" ? [] : all.filter(({ id }) => id.startsWith(reference));
  const [found, second] = matches;
  if (second)
    throw new DockerError(
      400,
      `network ${reference} is ambiguous (${matches.length} matches found based on ID prefix)`,
    );
  if (!found) throw new DockerError(404, `network ${reference} not found`);
  return found;
}
