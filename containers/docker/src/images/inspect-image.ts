/** GET /images/{name}/json. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findImage } from "./find-image.ts";
import { imageDetails } from "./image-shapes.ts";

export function inspectImage(deps: Deps): Handler {
  return async function inspectImage(call) {
    return { status: 200, json: imageDetails(await findImage(deps, call), call.version) };
  };
}
