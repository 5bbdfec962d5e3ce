/** GET /images/{name}/history: newest first. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findImage } from "./find-image.ts";
import { namesOf } from "./image-shapes.ts";

export function imageHistory(deps: Deps): Handler {
  return async function imageHistory(call) {
    const image = await findImage(deps, call);
    const layers = [...image.layers];
    const entries = (image.config.history ?? []).map((entry) => ({
      Id: "<missing>",
      Created: Math.floor(Date.parse(entry.created ?? "1970-01-01T00:00:00Z") / 1000),
      CreatedBy: entry.created_by ?? "",
      Tags: null as string[] | null,
      Size: entry.empty_layer ? 0 : (layers.shift()?.size ?? 0),
      Comment: entry.comment ?? "",
    }));
    const newest = entries.at(-1);
    if (newest !== undefined) Object.assign(newest, { Id: image.id, Tags: namesOf(image).tags });
    return { status: 200, json: entries.reverse() };
  };
}
