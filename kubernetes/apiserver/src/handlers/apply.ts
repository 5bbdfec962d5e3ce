/** PATCH with an apply configuration: server-side apply. */
import { apiVersionOf, type ResourceInfo, StatusError } from "@skiff/api";
import { applyConfiguration } from "@skiff/api/server";
import type { Call, Handler } from "../call.ts";
import { decode } from "../objects/read-object.ts";
import { checkVersion } from "../objects/replacement.ts";
import { timestamp } from "../objects/timestamp.ts";
import { fieldValidation } from "../objects/write-options.ts";
import { isTrue } from "../query-parameters.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import { createObject } from "./create.ts";
import { keyOf, resourceOf } from "./target.ts";
import { changeObject, type UpdateDeps } from "./update.ts";

/** Applies the configuration, creating the object where there is none. */
export function apply(deps: UpdateDeps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const manager = call.query.get("fieldManager") ?? "";
    if (manager === "") throw optionsError("fieldManager", "is required for apply patch");
    const config = await readConfiguration(call, info);
    const merge = (live: ApiObject | undefined) =>
      applyConfiguration(live, config as ApiObject, {
        typeName: info.typeName,
        apiVersion: apiVersionOf(info),
        manager,
        force: isTrue(call.query.get("force") ?? "false"),
        subresource: call.info.subresource,
        time: timestamp(deps.clock.now()),
      }) as Draft;
    await deps.caches.fresh();
    const exists = deps.caches.of(info).entries.get(keyOf(call.info)) !== undefined;
    if (!exists && call.info.subresource === "") {
      if (config.metadata.uid) {
        throw StatusError.conflict(
          info,
          call.info.name,
          "uid mismatch: the provided object specified uid, and no existing object was found",
        );
      }
      return createObject(deps, call, info, structuredClone(merge(undefined)), "Apply");
    }
    const apply = (current: ApiObject) => {
      checkVersion(info, config, current);
      const merged = decode({ object: merge(current), mediaType: "" }, info, "Ignore").object as Draft;
      return merged;
    };
    return changeObject(deps, call, info, apply, "Apply");
  };
}

async function readConfiguration(call: Call, info: ResourceInfo): Promise<Draft> {
  const body = await call.incoming.body();
  const asObject = "object" in body ? body : { ...body, mediaType: "application/yaml" };
  const { object, warnings } = decode(asObject, info, fieldValidation(call));
  call.warnings.push(...warnings);
  const config = object as Draft;
  if (config.metadata.managedFields?.length) throw StatusError.badRequest("metadata.managedFields must be nil");
  if (config.metadata.name && config.metadata.name !== call.info.name) {
    throw StatusError.badRequest(
      `the name of the object (${config.metadata.name}) does not match the name on the URL (${call.info.name})`,
    );
  }
  config.metadata.name = call.info.name;
  if (info.namespaced) config.metadata.namespace = call.info.namespace;
  delete config.metadata.managedFields;
  delete config.metadata.creationTimestamp;
  return config;
}

function optionsError(field: string, detail: string): StatusError {
  return StatusError.invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    { type: "FieldValueRequired", field, detail },
  ]);
}
