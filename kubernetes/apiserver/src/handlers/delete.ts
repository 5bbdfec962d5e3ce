/** DELETE one object. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import type { DeleteOptions } from "@skiff/api/meta/v1";
import { pods, services } from "@skiff/api/resources";
import { openProtobuf } from "@skiff/api/server";
import { admit } from "../admission/admission.ts";
import { admissionRequest } from "../admission/admission-request.ts";
import type { Call, Handler, RequestBody } from "../call.ts";
import { checkPreconditions, planDeletion } from "../objects/deletion.ts";
import { decode } from "../objects/read-object.ts";
import { fromStored, storedVersion } from "../objects/versions.ts";
import { isDryRun } from "../objects/write-options.ts";
import { integerParameter, isTrue } from "../query-parameters.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { ApiObject } from "../state/api-object.ts";
import type { Alongside } from "../state/object-writer.ts";
import { keyOf, resourceOf } from "./target.ts";

/** What a deletion takes. */
export type DeleteDeps = Pick<Server, "writer" | "admission" | "clock" | "allocator">;

/** Deletes the object, or marks it to be deleted when something waits for it. */
export function deleteOne(deps: DeleteDeps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    return deleteObject(deps, call, info, keyOf(call.info), await readDeleteOptions(call));
  };
}

/** Answers the marked object, or of what is gone: the Pod as it last was, else a Status, as clients expect. */
export async function deleteObject(
  { writer, admission, clock, allocator }: DeleteDeps,
  call: Call,
  info: ResourceInfo,
  key: string,
  options: DeleteOptions,
): Promise<Reply> {
  const dryRun = isDryRun(call, options.dryRun);
  let gone: ApiObject | undefined;
  let alongside: Alongside | undefined;
  const entry = await writer.change(
    storedVersion(info),
    key,
    async ({ object }) => {
      checkPreconditions(info, object, options);
      const { name, namespace = "" } = object.metadata;
      const asked = admissionRequest(call, {
        operation: "DELETE",
        info,
        subresource: "",
        namespace,
        name,
        object: undefined,
        old: object,
        dryRun,
        options,
      });
      await admit(admission, asked);
      const decision = planDeletion(info, object, options, clock.now());
      gone = "remove" in decision ? object : undefined;
      alongside =
        gone && info.typeName === services.typeName ? allocator.release(gone as unknown as Service) : undefined;
      return dryRun ? { keep: true } : decision;
    },
    () => alongside ?? { compares: [], ops: [] },
  );
  if (!gone || info.typeName === pods.typeName) return fromStored(info, entry, 200);
  const details = {
    name: gone.metadata.name,
    ...(info.group !== "" && { group: info.group }),
    kind: info.plural,
    uid: gone.metadata.uid,
  };
  const object = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  return { type: "object", code: 200, object };
}

/** The options of a deletion, from the body and the query. Throws StatusError 400 when they contradict each other. */
export async function readDeleteOptions(call: Call): Promise<DeleteOptions> {
  const { query } = call;
  const body = await call.incoming.body();
  let options: DeleteOptions = {};
  if ("object" in body || body.bytes.length > 0) {
    options = decode(body, optionsKind(body), "Ignore").object as DeleteOptions;
  }
  const grace = integerParameter(query, "gracePeriodSeconds") ?? options.gracePeriodSeconds;
  const policy = query.get("propagationPolicy");
  const orphan = query.get("orphanDependents");
  const merged = {
    ...options,
    // No time can be negative: clients that send one mean the shortest there is.
    ...(grace !== undefined && { gracePeriodSeconds: grace < 0 ? 1 : grace }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
  } as DeleteOptions;
  checkOptions(merged);
  return merged;
}

const OPTIONS = { group: "", version: "v1", kind: "DeleteOptions", typeName: "meta/v1.DeleteOptions" };

// Clients name the options' group as they like: the kind exists in all of them.
function optionsKind(body: RequestBody): typeof OPTIONS {
  if ("object" in body) return OPTIONS;
  const text = body.bytes.toString("latin1");
  const given = /"apiVersion"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? protobufVersion(body) ?? "v1";
  const [group = "", version = ""] = given.includes("/") ? given.split("/") : ["", given];
  return { ...OPTIONS, group, version };
}

function protobufVersion(body: { readonly bytes: Buffer; readonly mediaType: string }): string | undefined {
  return body.bytes.subarray(0, 4).equals(Buffer.from("k8s\0")) ? openProtobuf(body.bytes).apiVersion : undefined;
}

function checkOptions({ propagationPolicy, orphanDependents }: DeleteOptions): void {
  const refuse = (type: "FieldValueInvalid" | "FieldValueNotSupported", badValue: string, detail: string) => {
    const error = { type, field: "propagationPolicy", badValue, detail };
    throw StatusError.invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", [error]);
  };
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    refuse("FieldValueInvalid", propagationPolicy, "orphanDependents and deletionPropagation cannot be both set");
  }
  if (propagationPolicy !== undefined && !["Foreground", "Background", "Orphan"].includes(propagationPolicy)) {
    const detail = 'supported values: "Foreground", "Background", "Orphan", "nil"';
    refuse("FieldValueNotSupported", propagationPolicy, detail);
  }
}
