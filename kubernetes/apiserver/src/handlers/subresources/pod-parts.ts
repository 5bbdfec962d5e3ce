/** PUT and PATCH of `ephemeralcontainers` and `resize`: the parts of a running Pod's spec that may change, each by its own path. */
import type { Mutable } from "@skiff/api";
import { StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { applyDefaults, validateUpdate } from "@skiff/api/server";
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
      const spec = draft.spec as Mutable<Pod>["spec"];
      const askedSpec = asked.spec as Mutable<Pod>["spec"];
      if (part === "ephemeralcontainers") takeEphemeral(spec, askedSpec, call.info.name);
      else takeResources(spec, askedSpec);
      applyDefaults(pods.typeName, draft);
      if (isApply) draft.metadata.managedFields = asked.metadata.managedFields;
      else
        recordManagers({ now: clock.now(), call, info: pods, subresource: part, operation: "Update" }, draft, object);
      await admitPart(admission, call, "UPDATE", pods, draft, object);
      // What may change was taken over above: the rest is as it was, and only the result is left to check.
      const problems = validateUpdate(pods.typeName, draft, draft);
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

function takeEphemeral(spec: Mutable<Pod>["spec"], asked: Mutable<Pod>["spec"], name: string): void {
  const before = spec.ephemeralContainers ?? [];
  const after = asked.ephemeralContainers ?? [];
  const lost = before.find((container) => !after.some((other) => other.name === container.name));
  if (lost) {
    const detail = `existing ephemeral containers "${lost.name}" may not be removed\n`;
    throw StatusError.invalid(pods, name, [{ type: "FieldValueForbidden", field: "spec.ephemeralContainers", detail }]);
  }
  spec.ephemeralContainers = after;
}

function takeResources(spec: Mutable<Pod>["spec"], asked: Mutable<Pod>["spec"]): void {
  for (const list of ["containers", "initContainers"] as const) {
    for (const container of spec[list] ?? []) {
      const wanted = asked[list]?.find((other) => other.name === container.name);
      if (wanted?.resources) container.resources = wanted.resources;
    }
  }
}
