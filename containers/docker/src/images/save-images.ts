/** GET /images/get and /images/{name}/get. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";

export function saveImages({ engine }: Deps): Handler {
  return async function saveImages({ params, query }) {
    const names = params.name === undefined ? query.getAll("names") : [params.name];
    if (names.length === 0) throw new DockerError(400, "no image was named");
    const headers = { "content-type": "application/x-tar" };
    return { status: 200, headers, stream: await engine.images.exportArchive(names) };
  };
}
