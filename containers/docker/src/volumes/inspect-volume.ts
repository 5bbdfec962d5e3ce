/** GET /volumes/{name}. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { volumeShape } from "./volume-shape.ts";

export function inspectVolume({ engine }: Deps): Handler {
  return async function inspectVolume({ params: { name = "" } }) {
    const volume = await engine.volumes.get(name);
    if (!volume) throw new DockerError(404, `get ${name}: no such volume`);
    return { status: 200, json: volumeShape(volume) };
  };
}
