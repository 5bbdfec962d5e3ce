import type { Container } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import type { Call } from "../http/call.ts";
import { noSuchContainer } from "../http/docker-error.ts";

/** The container that the path names, by id, name or prefix of an id. Throws 404. */
export async function findContainer({ engine }: Pick<Deps, "engine">, call: Call): Promise<Container> {
  const id = call.params.id ?? "";
  const found = await engine.containers.get(id);
  if (found === undefined) throw noSuchContainer(id);
  return found;
}
