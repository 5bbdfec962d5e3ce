/** POST /images/load: a `docker save` archive or an OCI layout in a tar. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { toDockerError } from "../http/docker-error.ts";
import { namesOf } from "./image-shapes.ts";
import { progressStream } from "./progress-stream.ts";

export function loadImages({ engine, events }: Deps): Handler {
  return async function loadImages(call) {
    // A name is ours alone: for archives that carry none.
    const name = call.query.get("name") ?? undefined;
    const stream = progressStream(
      async (send) => {
        for (const image of await engine.images.importArchive(call.body, { name, signal: call.signal })) {
          const { tags } = namesOf(image);
          events.publishImage("load", image, image.id);
          if (tags.length === 0) send({ stream: `Loaded image ID: ${image.id}\n` });
          for (const tag of tags) send({ stream: `Loaded image: ${tag}\n` });
        }
      },
      (error) => toDockerError(error).message,
    );
    return { status: 200, stream };
  };
}
