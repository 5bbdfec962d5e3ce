/** POST to a collection. */
import { isAlreadyExists, isConflict, type Mutable, type ResourceInfo, StatusError } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import { events, services } from "@skiff/api/resources";
import type { Call, Handler } from "../call.ts";
import type { WriteOperation } from "../objects/managed-fields.ts";
import { generateName, prepareNewObject } from "../objects/new-object.ts";
import { readObject } from "../objects/read-object.ts";
import { fromStored, storedVersion, toStored } from "../objects/versions.ts";
import { isDryRun } from "../objects/write-options.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { Entry } from "../state/entry.ts";
import { cacheKey } from "../state/object-writer.ts";

type Deps = Pick<Server, "caches" | "writer" | "admission" | "clock" | "allocator" | "eventLeases">;

/** Names tried for one `generateName`, and allocations tried for one Service. */
const ATTEMPTS = 8;

/** Stores a new object. */
export function create(deps: Deps): Handler {
  return async (call) => {
    const info = call.info.resource;
    if (!info) throw StatusError.pathNotFound();
    const draft = await readObject(call, info);
    return createObject(deps, call, info, draft);
  };
}

/** Stores `draft` as a new object of the resource; also what an update or an apply that creates does. */
export async function createObject(
  deps: Deps,
  call: Call,
  info: ResourceInfo,
  draft: Draft,
  operation: WriteOperation = "Update",
): Promise<Reply> {
  const dryRun = isDryRun(call);
  const { name: given, generateName } = draft.metadata;
  await prepareNewObject(deps, call, info, draft, { dryRun, operation });
  const generated = given ? undefined : generateName;
  if (dryRun) {
    checkFree(deps, info, draft);
    if (info.typeName === services.typeName) deps.allocator.allocate(draft as unknown as Mutable<Service>, undefined);
    return { type: "object", code: 201, object: draft, info };
  }
  const entry = await store(deps, info, draft, generated);
  return fromStored(info, entry, 201);
}

async function store(deps: Deps, info: ResourceInfo, draft: Draft, generated: string | undefined): Promise<Entry> {
  const given = info.typeName === services.typeName ? structuredClone(draft.spec) : undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await storeOnce(deps, info, draft);
    } catch (error) {
      const again = generated !== undefined && isAlreadyExists(error);
      const lostRace = info.typeName === services.typeName && isConflict(error);
      if (attempt >= ATTEMPTS || !(again || lostRace)) throw unlessGenerated(error, info, draft);
      if (again) draft.metadata.name = generateName(generated);
      if (lostRace && given) draft.spec = structuredClone(given);
    }
  }
}

/** A dry run stores nothing that could be in the way, and says so all the same. */
function checkFree({ caches }: Deps, info: ResourceInfo, draft: Draft): void {
  const there = caches.of(storedVersion(info)).entries.get(cacheKey(draft as ApiObject));
  if (there) throw unlessGenerated(StatusError.alreadyExists(info, draft.metadata.name ?? ""), info, draft);
}

/** That a name is taken is said in another way of an object whose name is to be generated. */
function unlessGenerated(error: unknown, info: ResourceInfo, { metadata }: Draft): unknown {
  if (!isAlreadyExists(error) || !metadata.generateName) return error;
  return StatusError.generateNameConflict(info, metadata.name ?? "");
}

async function storeOnce({ writer, allocator, eventLeases }: Deps, info: ResourceInfo, draft: Draft): Promise<Entry> {
  if (info.typeName === services.typeName) {
    const alongside = allocator.allocate(draft as unknown as Mutable<Service>, undefined);
    return writer.create(info, draft as ApiObject, { alongside });
  }
  if (storedVersion(info).typeName === events.typeName)
    return writer.create(info, toStored(info, draft), { lease: await eventLeases.current() });
  return writer.create(storedVersion(info), toStored(info, draft));
}
