/** PATCH with an apply configuration: server-side apply. */
import { isAlreadyExists, isNotFound, type ResourceInfo, StatusError } from "@skiff/api";
import { applyConfiguration, type ManagedObject, objectTypeOf } from "@skiff/api/server";
import type { Call, Handler } from "../call.ts";
import { readConfiguration } from "../objects/apply-configuration.ts";
import { mergedKind, type WrittenKind } from "../objects/merging.ts";
import { checkVersion } from "../objects/replacement.ts";
import { timestamp } from "../objects/timestamp.ts";
import { isTrue } from "../query-parameters.ts";
import type { Reply } from "../reply.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import { checkPlace } from "./check-place.ts";
import { createObject } from "./create.ts";
import { keyOf, resourceOf } from "./target.ts";
import { changeObject, type UpdateDeps } from "./update.ts";

/** An object may come or go between looking for it and writing it: how often that is taken for chance. */
const ATTEMPTS = 5;

/** Applies the configuration, creating the object where there is none. */
export function apply(deps: UpdateDeps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const merge = await applier(call, info, () => timestamp(deps.clock.now()));
    for (let attempt = 1; ; attempt++) {
      try {
        return await applyOnce(deps, call, info, merge);
      } catch (error) {
        const raced = isAlreadyExists(error) || (isNotFound(error) && call.info.subresource === "");
        if (!raced || attempt >= ATTEMPTS) throw error;
      }
    }
  };
}

/** What applying makes of an object, or of none. Throws StatusError. */
export type Applier = (live: ApiObject | undefined) => Draft;

/** Reads the configuration and the options of the call. */
export async function applier(call: Call, info: WrittenKind, time: () => string): Promise<Applier> {
  const manager = call.query.get("fieldManager") ?? "";
  if (manager === "") throw optionsError("fieldManager", "is required for apply patch");
  const config = await readConfiguration(call, info);
  const force = isTrue(call.query.get("force") ?? "false");
  const { subresource } = call.info;
  return (live) => {
    const kind = mergedKind(info, subresource);
    const merged = applyConfiguration(live, config, { ...kind, manager, force, subresource, time: time() });
    const draft = asObject(info, kind.apiVersion, merged);
    checkPlace(call, draft);
    return draft;
  };
}

async function applyOnce(deps: UpdateDeps, call: Call, info: ResourceInfo, merge: Applier): Promise<Reply> {
  await deps.caches.fresh();
  const exists = deps.caches.of(info).entries.get(keyOf(call.info)) !== undefined;
  if (exists || call.info.subresource !== "") {
    const change = (current: ApiObject) => {
      const draft = merge(current);
      checkVersion(info, draft, current);
      return draft;
    };
    return changeObject(deps, call, info, change, { operation: "Apply" });
  }
  const draft = merge(undefined);
  const { uid } = draft.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw StatusError.conflict(info, call.info.name, why);
  }
  delete draft.metadata.resourceVersion;
  return createObject(deps, call, info, draft, "Apply");
}

/** The merged document as an object of the kind; the configuration fits its schema, but its values may not be any. */
function asObject(info: WrittenKind, apiVersion: string, merged: ManagedObject): Draft {
  try {
    const shared = info.objectType ? structuredClone(merged) : merged;
    return objectTypeOf(info).decode(shared, "Ignore").object as Draft;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const why = error.message.replace(/^.*? cannot be handled as a \w+: /, "");
    const kind = `${apiVersion.includes("/") ? "" : "/"}${apiVersion}, Kind=${info.kind}`;
    const { namespace, name } = merged.metadata;
    const object = `${namespace ? `${namespace}/` : ""}${name}; ${kind}`;
    const message = `failed to convert new object (${object}) to proper version: unable to convert unstructured object to ${kind}: ${why}`;
    throw new StatusError({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: 500 });
  }
}

function optionsError(field: string, detail: string): StatusError {
  return StatusError.invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    { type: "FieldValueRequired", field, detail },
  ]);
}
