/** PUT and PATCH of `ephemeralcontainers` and `resize`: the parts of a running Pod's spec that may change, each by its own path. */
import type { Mutable } from "@skiff/api";
import { StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { applyDefaults, validateUpdate } from "@skiff/api/server";
import type { Call, Handler } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import { checkVersion } from "../../objects/replacement.ts";
import { isDryRun } from "../../objects/write-options.ts";
import type { Server } from "../../server-parts.ts";
import { type ApiObject, type Draft, draftOf } from "../../state/api-object.ts";
import { changeOf, toDraft } from "../patch.ts";
import { keyOf } from "../target.ts";
import { admitPart } from "./admit-part.ts";

/** Takes over one part of the spec and leaves the rest as it is. */
export function updatePodPart(
  part: "ephemeralcontainers" | "resize",
  { writer, admission }: Pick<Server, "writer" | "admission">,
): Handler {
  return async (call) => {
    const wanted = await wantedState(call);
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

async function wantedState(call: Call): Promise<(current: ApiObject) => Draft> {
  if (call.info.verb === "update") {
    const draft = await readObject(call, pods);
    return () => draft;
  }
  const change = changeOf(pods, await call.incoming.body());
  return (current) => toDraft(call, pods, change, current);
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
