/** PATCH an object, or its status. */
import type { Handler } from "../call.ts";
import { PATCH_TYPES, patched, readPatch } from "../objects/read-patch.ts";
import { checkResourceVersion } from "../objects/replacement.ts";
import { apply } from "./apply.ts";
import { checkPlace } from "./check-place.ts";
import { resourceOf } from "./target.ts";
import { changeObject, type UpdateDeps } from "./update.ts";

/** Applies the patch to the newest state, again when another writer came first. */
export function patch(deps: UpdateDeps): Handler {
  const applyHandler = apply(deps);
  return async (call) => {
    const info = resourceOf(call.info);
    const body = await call.incoming.body();
    if (body.mediaType === PATCH_TYPES.apply) return applyHandler(call);
    const change = readPatch(call, info, body);
    const warnings = call.warnings.length;
    return changeObject(deps, call, info, (current) => {
      // What an attempt that lost its race had to say is said again.
      call.warnings.length = warnings;
      const draft = patched(call, info, change, current);
      checkPlace(call, draft);
      checkResourceVersion(info, draft, current);
      return draft;
    });
  };
}
