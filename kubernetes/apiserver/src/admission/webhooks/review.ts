/** AdmissionReview (admission.k8s.io/v1): the question to a webhook, and the reading of its answer. */
import { randomUUID } from "node:crypto";
import type { ResourceInfo } from "@skiff/api";
import type { Status } from "@skiff/api/meta/v1";
import { WebhookFailure } from "../../outbound/webhook-client.ts";
import type { Caches } from "../../state/caches.ts";
import type { AdmissionRequest } from "../admission.ts";
import { objectsOf, requestFields } from "./request-fields.ts";

const GROUP = "admission.k8s.io";
const VERSIONS = ["v1", "v1beta1"] as const;

/** A question, ready to be sent. */
export interface Review {
  readonly uid: string;
  readonly apiVersion: string;
  readonly body: object;
  /** The object in the version the webhook is asked about. */
  readonly object: object | undefined;
}

/** What a webhook answered, checked. */
export interface Verdict {
  readonly allowed: boolean;
  readonly status: Partial<Status> | undefined;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
  /** A patch as sent (base64), of a mutating webhook. */
  readonly patch: string | undefined;
  readonly patchType: string;
}

/** The question about `request`, in the version of `info`, the resource the webhook's rules named. Throws WebhookFailure. */
export async function reviewOf(
  request: AdmissionRequest,
  info: ResourceInfo,
  versions: readonly string[],
  caches: Pick<Caches, "of">,
): Promise<Review> {
  const version = versions.find((candidate) => (VERSIONS as readonly string[]).includes(candidate));
  if (version === undefined) {
    throw new WebhookFailure(
      `could not create admission objects: webhook does not accept known AdmissionReview versions (${VERSIONS.join(", ")})`,
    );
  }
  const apiVersion = `${GROUP}/${version}`;
  const uid = randomUUID();
  const { object, oldObject } = await objectsOf(request, info, caches);
  const body = {
    kind: "AdmissionReview",
    apiVersion,
    request: { uid, ...requestFields(request, info), object, oldObject },
  };
  return { uid, apiVersion, body, object: object ?? undefined };
}

/** The answer to `review`. Throws WebhookFailure where it is none. */
export function verdictOf(review: Review, answer: unknown, mutating: boolean): Verdict {
  const invalid = (why: string) => new WebhookFailure(`received invalid webhook response: ${why}`);
  const { kind, apiVersion, response } = record(answer);
  const isV1 = review.apiVersion === `${GROUP}/v1`;
  if (!response) throw invalid("webhook response was absent");
  const { uid = "", allowed, status, warnings, auditAnnotations, patch, patchType } = record(response);
  if (isV1) {
    if (uid !== review.uid)
      throw invalid(`expected response.uid=${JSON.stringify(review.uid)}, got ${JSON.stringify(uid)}`);
    if (kind !== "AdmissionReview" || apiVersion !== review.apiVersion) {
      const given = `${String(apiVersion ?? "")}, Kind=${String(kind ?? "")}`;
      throw invalid(`expected webhook response of ${review.apiVersion}, Kind=AdmissionReview, got ${given}`);
    }
    checkPatch(patch, patchType, mutating, invalid);
  }
  return {
    allowed: allowed === true,
    status: status ? (record(status) as Partial<Status>) : undefined,
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    auditAnnotations: Object.fromEntries(Object.entries(record(auditAnnotations)).map(([k, v]) => [k, String(v)])),
    patch: mutating && typeof patch === "string" && patch !== "" ? patch : undefined,
    patchType: typeof patchType === "string" ? patchType : "JSONPatch",
  };
}

function checkPatch(patch: unknown, type: unknown, mutating: boolean, invalid: (why: string) => Error): void {
  const hasPatch = typeof patch === "string" && patch !== "";
  const hasType = type !== undefined && type !== null;
  if (!mutating) {
    if (hasPatch) throw invalid("validating webhook may not return response.patch");
    if (hasType) throw invalid("validating webhook may not return response.patchType");
    return;
  }
  if (hasPatch && !hasType) throw invalid("webhook returned response.patch but not response.patchType");
  if (!hasPatch && hasType) throw invalid("webhook returned response.patchType but not response.patch");
  if (hasType && type !== "JSONPatch")
    throw invalid(`webhook returned invalid response.patchType of ${JSON.stringify(type)}`);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
