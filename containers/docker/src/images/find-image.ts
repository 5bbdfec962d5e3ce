import type { Image } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import type { Call } from "../http/call.ts";
import { noSuchImage } from "../http/docker-error.ts";
import { displayName } from "./display-name.ts";

/** The image that the path names, by reference or id. Throws 404. */
export async function findImage({ engine }: Pick<Deps, "engine">, call: Call): Promise<Image> {
  const name = call.params.name ?? "";
  const found = await engine.images.get(name);
  if (found === undefined) throw noSuchImage(displayName(name));
  return found;
}
