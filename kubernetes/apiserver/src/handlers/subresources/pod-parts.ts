/** PUT and PATCH of `ephemeralcontainers` and `resize`: the parts of a running Pod's spec that may change, each by its own path. */
import { StatusError } from "@skiff/api";
import { pods } from "@skiff/api/resources";
import { applyDefaults, prepareForPartUpdate, validatePartUpdate } from "@skiff/api/server";
import type { Call, Handler } from "../../call.ts";
import { recordManagers } from "../../objects/managed-fields.ts";
import { readObject } from "../../objects/read-object.ts";
import { PATCH_TYPES, patched, readPatch } from "../../objects/read-patch.ts";
import { checkVersion } from "../../objects/replacement.ts";
import { timestamp } from "../../objects/timestamp.ts";
import { isDryRun } from "../../objects/write-options.ts";
import type { Server } from "../../server-parts.ts";
import { type ApiObject, type Draft, draftOf } from "../../state/api-object.ts";
import { applier } from "../apply.ts";
import { checkPlace } from "../check-place.ts";
import { keyOf } from "../target.ts";
import { admitPart } from "./admit-part.ts";

/** Takes over one part of the spec and leaves the rest as it is. */
export function updatePodPart(
  part: "ephemeralcontainers" | "resize",
  { writer, admission, clock }: Pick<Server, "writer" | "admission" | "clock">,
): Handler {
  return async (call) => {
    const wanted = await wantedState(call, () => timestamp(clock.now()));
    const isApply = (await call.incoming.body()).mediaType === PATCH_TYPES.apply;
    const dryRun = isDryRun(call);
    let would: ApiObject | undefined;
    const entry = await writer.change(pods, keyOf(call.info), async ({ object }) => {
      const asked = wanted(object);
      checkVersion(pods, asked, object);
      const draft = draftOf(object);
      draft.spec = asked.spec ?? draft.spec ?? {};
      prepareForPartUpdate(pods.typeName, part, draft, object);
      applyDefaults(pods.typeName, draft);
      if (isApply) draft.metadata.managedFields = asked.metadata.managedFields;
      else
        recordManagers({ now: clock.now(), call, info: pods, subresource: part, operation: "Update" }, draft, object);
      await admitPart(admission, call, "UPDATE", pods, draft, object);
      const problems = validatePartUpdate(pods.typeName, part, draft, object);
      if (problems.length > 0) throw StatusError.invalid(pods, call.info.name, problems);
      if (dryRun) {
        would = draft as ApiObject;
        return { keep: true };
      }
      return { put: draft as ApiObject };
    });
    return would
      ? { type: "object", code: 200, object: would, info: pods }
      : { type: "entry", code: 200, info: pods, entry };
  };
}

async function wantedState(call: Call, now: () => string): Promise<(current: ApiObject) => Draft> {
  if (call.info.verb === "update") {
    const draft = await readObject(call, pods);
    return () => draft;
  }
  const body = await call.incoming.body();
  if (body.mediaType === PATCH_TYPES.apply) return applier(call, pods, now);
  const change = readPatch(call, pods, body);
  return (current) => {
    const draft = patched(call, pods, change, current);
    checkPlace(call, draft);
    return draft;
  };
}
