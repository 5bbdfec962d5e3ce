/** DELETE /images/{name}. */
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";
import { displayName } from "./display-name.ts";
import { findImage } from "./find-image.ts";

export function removeImage(deps: Deps): Handler {
  return async function removeImage(call) {
    await findImage(deps, call);
    const { untagged, deleted } = await deps.engine.images.remove(call.params.name ?? "", {
      force: flag(call, "force"),
    });
    const json = [
      ...untagged.map((name) => ({ Untagged: displayName(name) })),
      ...deleted.map((digest) => ({ Deleted: digest })),
    ];
    return { status: 200, json };
  };
}
