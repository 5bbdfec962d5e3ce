/** GET, PUT and PATCH of `scale`: the replica count of any workload, as autoscaling/v1 Scale. */
import { apiVersionOf, fromLabelSelector, type ResourceInfo, StatusError, selectorText } from "@skiff/api";
import type { LabelSelector } from "@skiff/api/meta/v1";
import { valueAt } from "@skiff/api/server";
import { ADMITTED } from "../../admission/admission.ts";
import type { Call, Handler } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import { PATCH_TYPES, patched, readPatch } from "../../objects/read-patch.ts";
import { recordsFromScale, scaleRecords } from "../../objects/scale-records.ts";
import { timestamp } from "../../objects/timestamp.ts";
import type { Reply } from "../../reply.ts";
import type { Server } from "../../server-parts.ts";
import { type ApiObject, type Draft, draftOf } from "../../state/api-object.ts";
import { applier } from "../apply.ts";
import { checkPlace } from "../check-place.ts";
import { keyOf, resourceOf } from "../target.ts";
import { changeObject, type UpdateDeps } from "../update.ts";
import { admitPart } from "./admit-part.ts";

const SCALE = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  typeName: "autoscaling/v1.Scale",
  subresources: [],
};

/** Where the kinds that scale have their replicas; custom resources say where theirs are. */
const REPLICAS = ["spec", "replicas"];

/** As records of who holds fields spell it. */
function replicasField({ objectType }: ResourceInfo): string[] {
  return (objectType?.scale?.specReplicas ?? REPLICAS).map((name) => `f:${name}`);
}

/** GET. */
export function getScale({ caches }: Pick<Server, "caches">): Handler {
  return async ({ info }) => {
    const resource = resourceOf(info);
    await caches.fresh();
    const entry = caches.of(resource).entries.get(keyOf(info));
    if (!entry) throw StatusError.notFound({ ...resource, plural: `${resource.plural}/scale` }, info.name);
    const shown = { ...resource, ...SCALE, objectType: undefined };
    return { type: "object", code: 200, object: scaleOf(resource, entry.object), info: shown };
  };
}

/** PUT. */
export function updateScale(deps: UpdateDeps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const scale = await readObject(call, SCALE);
    const next = async (current: ApiObject) => {
      const asked = structuredClone(scale);
      await admitPart(deps.admission, call, "UPDATE", SCALE, asked, scaleOf(info, current));
      return withReplicas(info, current, asked);
    };
    return scaleReply(info, await changeObject(admittedBefore(deps), onMainResource(call), info, next, RECORDED));
  };
}

/** PATCH. */
export function patchScale(deps: UpdateDeps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const body = await call.incoming.body();
    if (body.mediaType === PATCH_TYPES.apply) return applyScale(deps, call, info);
    const resource = { ...info, typeName: SCALE.typeName, objectType: undefined };
    const change = readPatch(call, resource, body);
    const next = async (current: ApiObject) => {
      const old = scaleOf(info, current);
      const asked = patched(call, resource, change, old);
      checkPlace(call, asked);
      await admitPart(deps.admission, call, "UPDATE", SCALE, asked, old);
      return withReplicas(info, current, asked);
    };
    return scaleReply(info, await changeObject(admittedBefore(deps), onMainResource(call), info, next, RECORDED));
  };
}

/** An apply of a Scale is one of the number of replicas: its holders are those of that field. */
async function applyScale(deps: UpdateDeps, call: Call, info: ResourceInfo): Promise<Reply> {
  const merge = await applier(call, SCALE, () => timestamp(deps.clock.now()));
  const next = async (current: ApiObject) => {
    const { managedFields } = current.metadata;
    const old = scaleOf(info, current);
    const shown = {
      ...old,
      metadata: { ...old.metadata, managedFields: scaleRecords(managedFields, replicasField(info)) },
    };
    const asked = merge(shown);
    await admitPart(deps.admission, call, "UPDATE", SCALE, asked, old);
    const draft = withReplicas(info, current, asked);
    const records = recordsFromScale(
      managedFields,
      asked.metadata.managedFields ?? [],
      replicasField(info),
      apiVersionOf(info),
    );
    draft.metadata.managedFields = structuredClone(records) as typeof draft.metadata.managedFields;
    return draft;
  };
  const how = { operation: "Apply" } as const;
  return scaleReply(info, await changeObject(admittedBefore(deps), onMainResource(call), info, next, how));
}

const RECORDED = { operation: "Update", recordedAs: "scale" } as const;

/** What admission has to say, it says of the Scale and not of the object behind it. */
function admittedBefore(deps: UpdateDeps): UpdateDeps {
  return { ...deps, admission: ADMITTED };
}

/** Writing the scale changes the spec: it passes as an update of the object itself. */
function onMainResource(call: Parameters<Handler>[0]): Parameters<Handler>[0] {
  return { ...call, info: { ...call.info, subresource: "" } };
}

function withReplicas(info: ResourceInfo, current: ApiObject, scale: Draft): Draft {
  const { name, resourceVersion } = scale.metadata;
  if (name && name !== current.metadata.name) {
    throw StatusError.badRequest(
      `the name of the object (${name}) does not match the name on the URL (${current.metadata.name})`,
    );
  }
  if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) {
    throw StatusError.conflict(info, current.metadata.name);
  }
  const replicas = (scale.spec as { replicas?: number } | undefined)?.replicas ?? 0;
  if (replicas < 0) {
    throw StatusError.invalid(SCALE, current.metadata.name, [
      {
        type: "FieldValueInvalid",
        field: "spec.replicas",
        badValue: replicas,
        detail: "must be greater than or equal to 0",
      },
    ]);
  }
  const draft = draftOf(current);
  setAt(draft, info.objectType?.scale?.specReplicas ?? REPLICAS, replicas);
  return draft;
}

function scaleReply(info: ResourceInfo, reply: Reply): Reply {
  const object =
    reply.type === "entry" ? reply.entry.object : reply.type === "object" ? (reply.object as ApiObject) : undefined;
  if (!object) return reply;
  return { type: "object", code: 200, object: scaleOf(info, object) };
}

/** Sets the member at the end of the names, making objects on the way. */
function setAt(object: Record<string, unknown>, names: readonly string[], value: unknown): void {
  const [name = "", ...rest] = names;
  if (rest.length === 0) object[name] = value;
  else {
    const next = { ...(object[name] as Record<string, unknown> | undefined) };
    object[name] = next;
    setAt(next, rest, value);
  }
}

function scaleOf(info: ResourceInfo, object: ApiObject): ApiObject {
  const paths = info.objectType?.scale;
  if (!paths) return builtinScaleOf(info, object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.selector && valueAt(object, paths.selector);
  return {
    kind: SCALE.kind,
    apiVersion: apiVersionOf(SCALE),
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: valueAt(object, paths.specReplicas) ?? 0 },
    status: {
      replicas: valueAt(object, paths.statusReplicas) ?? 0,
      ...(typeof selector === "string" && selector !== "" && { selector }),
    },
  };
}

function builtinScaleOf(info: ResourceInfo, { metadata, spec, status }: ApiObject): ApiObject {
  const { replicas = 0, selector } = (spec ?? {}) as {
    replicas?: number;
    selector?: LabelSelector | Record<string, string>;
  };
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const isMap = info.kind === "ReplicationController";
  const label = isMap ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector | undefined);
  const text = selectorText(fromLabelSelector(label));
  return {
    kind: SCALE.kind,
    apiVersion: apiVersionOf(SCALE),
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: { replicas: (status as { replicas?: number } | undefined)?.replicas ?? 0, ...(text && { selector: text }) },
  };
}
