/** PUT an object, or its status. */
import { isNotFound, type Mutable, type ResourceInfo, StatusError } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import { services } from "@skiff/api/resources";
import { objectTypeOf } from "@skiff/api/server";
import type { Call, Handler } from "../call.ts";
import type { WriteKind } from "../objects/managed-fields.ts";
import { decode, readObject } from "../objects/read-object.ts";
import { checkVersion, replacement } from "../objects/replacement.ts";
import { fromStored, fromStoredObject, storedVersion, toStored } from "../objects/versions.ts";
import { isDryRun } from "../objects/write-options.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { Alongside, Decision } from "../state/object-writer.ts";
import { checkPlace } from "./check-place.ts";
import { createObject } from "./create.ts";
import { keyOf, resourceOf } from "./target.ts";

/** What writing an existing object takes. */
export type UpdateDeps = Pick<Server, "caches" | "writer" | "admission" | "clock" | "allocator" | "eventLeases">;

/** Replaces the object; on the kinds that allow it, creates it when it does not exist. */
export function update(deps: UpdateDeps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const draft = await readObject(call, info);
    checkPlace(call, draft);
    const type = objectTypeOf(info);
    const next = (asked: Draft, current: ApiObject): Draft => {
      if (!type.allowUnconditionalUpdate && !asked.metadata.resourceVersion) throw unconditional(call, info);
      checkVersion(info, asked, current);
      return asked;
    };
    // An attempt makes the draft its own, so one that lost its race begins with the body again.
    let fresh: Draft | undefined = draft;
    try {
      return await changeObject(deps, call, info, (current) => {
        if (!fresh) return readAgain(call, info).then((asked) => next(asked, current));
        const asked = fresh;
        fresh = undefined;
        return next(asked, current);
      });
    } catch (error) {
      if (!isNotFound(error) || !type.allowCreateOnUpdate || call.info.subresource !== "") throw error;
      const asked = fresh ?? (await readAgain(call, info));
      if (asked.metadata.resourceVersion && asked.metadata.resourceVersion !== "0") throw error;
      delete asked.metadata.resourceVersion;
      return createObject(deps, call, info, asked);
    }
  };
}

async function readAgain(call: Call, info: ResourceInfo): Promise<Draft> {
  const draft = decode(await call.incoming.body(), info, "Ignore").object as Draft;
  checkPlace(call, draft);
  return draft;
}

function unconditional({ info: { name } }: Call, info: ResourceInfo): StatusError {
  const detail = "must be specified for an update";
  return StatusError.invalid(info, name, [
    { type: "FieldValueInvalid", field: "metadata.resourceVersion", badValue: 0, detail },
  ]);
}

/** Writes what `next` makes of the present object; used by every write that has an object to begin with. */
export async function changeObject(
  deps: UpdateDeps,
  call: Call,
  info: ResourceInfo,
  next: (current: ApiObject) => Draft | Promise<Draft>,
  how: WriteKind = { operation: "Update" },
): Promise<Reply> {
  const dryRun = isDryRun(call);
  let would: ApiObject | undefined;
  let alongside: Alongside | undefined;
  const entry = await deps.writer.change(
    storedVersion(info),
    keyOf(call.info),
    async ({ object }): Promise<Decision> => {
      const current = fromStoredObject(info, object);
      const draft = await next(current);
      const { subresource } = call.info;
      const decision = await replacement(deps, call, { info, subresource, dryRun, ...how }, current, draft);
      alongside = allocation(deps, info, decision, object, subresource);
      if (!dryRun) return "put" in decision ? { put: toStored(info, decision.put as Draft) } : decision;
      would = "put" in decision ? decision.put : current;
      return { keep: true };
    },
    () => alongside ?? { compares: [], ops: [] },
  );
  return would ? { type: "object", code: 200, object: would, info } : fromStored(info, entry, 200);
}

function allocation(
  { allocator }: UpdateDeps,
  info: ResourceInfo,
  decision: Decision,
  current: ApiObject,
  subresource: string,
): Alongside | undefined {
  if (info.typeName !== services.typeName || subresource !== "") return undefined;
  const old = current as unknown as Service;
  if ("remove" in decision) return allocator.release(old);
  return "put" in decision ? allocator.allocate(decision.put as unknown as Mutable<Service>, old) : undefined;
}
