import { type ResourceInfo, StatusError } from "@skiff/api";
import { objectTypeOf } from "@skiff/api/server";
import { admissionRequest } from "../admission/admission-request.ts";
import type { Call } from "../call.ts";
import type { Server } from "../server-parts.ts";
import type { Draft } from "../state/api-object.ts";
import { recordManagers, type WriteOperation } from "./managed-fields.ts";
import { withoutRepeatedOwners } from "./owner-references.ts";
import { stampRequester } from "./requester.ts";
import { timestamp } from "./timestamp.ts";

const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const LONGEST_BASE = 58;
const SUFFIX_LENGTH = 5;

/** Makes what a client sent into what is stored: metadata, defaults, admission, validation. Changes `draft`. Throws StatusError. */
export async function prepareNewObject(
  { admission, clock }: Pick<Server, "admission" | "clock">,
  call: Call,
  info: ResourceInfo,
  draft: Draft,
  { dryRun, operation }: { readonly dryRun: boolean; readonly operation: WriteOperation },
): Promise<void> {
  const { metadata } = draft;
  const namespace = info.namespaced ? call.info.namespace : "";
  checkNamespace(metadata.namespace, namespace);
  if (metadata.resourceVersion) throw versionGiven();
  if (info.namespaced) metadata.namespace = namespace;
  else delete metadata.namespace;
  delete metadata.uid;
  delete metadata.creationTimestamp;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;

  const request = admissionRequest(call, {
    operation: "CREATE",
    info,
    subresource: "",
    namespace,
    name: metadata.name ?? "",
    object: draft,
    old: undefined,
    dryRun,
  });
  const type = objectTypeOf(info);
  type.defaults(draft);
  withoutRepeatedOwners(call, draft, false);
  recordManagers({ now: clock.now(), call, info, subresource: "", operation }, draft, undefined);
  const mutating = admission.mutate(request);
  if (mutating) await mutating;
  withoutRepeatedOwners(call, draft, true);
  // Not before: plugins that mutate see what the client sent, a name still to be generated included.
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName);
  metadata.uid = crypto.randomUUID();
  metadata.creationTimestamp = timestamp(clock.now());
  type.prepareForCreate(draft);
  stampRequester(info, draft, call);
  const problems = type.validateCreate(draft);
  if (problems.length > 0) throw StatusError.invalid(info, metadata.name ?? "", problems);
  call.warnings.push(...(type.warnings?.(draft, undefined) ?? []));
  const validating = admission.validate(request);
  if (validating) await validating;
  type.readBack?.(draft);
}

// Kubernetes answers this one without a reason.
function versionGiven(): StatusError {
  const message = "resourceVersion should not be set on objects to be created";
  return new StatusError({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: 500 });
}

/** A name from `generateName`: the base and five characters that spell no words. */
export function generateName(base: string): string {
  let name = base.slice(0, LONGEST_BASE);
  // Nobody is kept out by such a name: it need not be hard to guess.
  for (let i = 0; i < SUFFIX_LENGTH; i++) name += NAME_ALPHABET[Math.floor(Math.random() * NAME_ALPHABET.length)];
  return name;
}

function checkNamespace(inObject: string | undefined, inPath: string): void {
  if (inObject === undefined || inObject === "" || inObject === inPath) return;
  if (inPath === "") return;
  throw StatusError.badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
}
