/** POST /images/{name}/tag. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { displayName } from "./display-name.ts";
import { findImage } from "./find-image.ts";

export function tagImage(deps: Deps): Handler {
  return async function tagImage(call) {
    const repository = call.query.get("repo") ?? "";
    const tag = call.query.get("tag") ?? "";
    if (repository === "") throw new DockerError(400, "invalid reference format: repo is required");
    const image = await findImage(deps, call);
    await deps.engine.images.tag(tag === "" ? repository : `${repository}:${tag}`, image.manifest);
    const name = tag === "" ? `${repository}:latest` : `${repository}:${tag}`;
    deps.events.publishImage("tag", image, displayName(name));
    return { status: 201 };
  };
}
