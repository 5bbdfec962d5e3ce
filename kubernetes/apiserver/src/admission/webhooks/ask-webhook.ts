/** One call to one webhook, from the question to its checked answer. */
import { StatusError } from "@skiff/api";
import type { Status } from "@skiff/api/meta/v1";
import { type WebhookClient, WebhookFailure } from "../../outbound/webhook-client.ts";
import type { Caches } from "../../state/caches.ts";
import { type AdmissionRequest, annotate } from "../admission.ts";
import type { Invocation } from "./invocation.ts";
import { type Review, reviewOf, type Verdict, verdictOf } from "./review.ts";

const DEFAULT_TIMEOUT_S = 10;

/** What asking takes. */
export interface AskDeps {
  readonly webhooks: Pick<WebhookClient, "post">;
  readonly caches: Pick<Caches, "of">;
}

/**
 * Asks the webhook. Its warnings and audit annotations are put on the request. Throws WebhookFailure when the webhook
 * could not be asked or did not answer properly, and StatusError when it denies the request, or cannot be asked on a
 * dry run because it may have side effects.
 */
export async function askWebhook(
  { registered: { webhook }, info }: Invocation,
  request: AdmissionRequest,
  { webhooks: client, caches }: AskDeps,
  mutating: boolean,
): Promise<{ readonly review: Review; readonly verdict: Verdict }> {
  const { name, sideEffects, clientConfig, admissionReviewVersions, timeoutSeconds = DEFAULT_TIMEOUT_S } = webhook;
  if (request.dryRun && sideEffects !== "None" && sideEffects !== "NoneOnDryRun") {
    throw StatusError.badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  }
  const { signal } = request.call.incoming;
  const review = await reviewOf(request, info, admissionReviewVersions, caches);
  const answer = await post();
  const verdict = verdictOf(review, answer, mutating);
  for (const [key, value] of Object.entries(verdict.auditAnnotations)) annotate(request, `${name}/${key}`, value);
  request.warnings.push(...verdict.warnings);
  if (!verdict.allowed) throw denial(name, verdict.status ?? {});
  return { review, verdict };

  async function post(): Promise<unknown> {
    try {
      return await client.post(clientConfig, review.body, { timeoutMs: timeoutSeconds * 1000, signal });
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
      throw new WebhookFailure(`failed to call webhook: ${error.message}`, { cause: error });
    }
  }
}

/** The failure of a webhook as the client is told of it. */
export function failureOf(name: string, failure: WebhookFailure): StatusError {
  return StatusError.internal(`failed calling webhook ${JSON.stringify(name)}: ${failure.message}`, failure);
}

/** A webhook's no, with the status it gave; one that would read as a success is made a failure. */
function denial(name: string, given: Partial<Status>): StatusError {
  const denied = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = given.message || given.reason;
  const code = typeof given.code === "number" && given.code >= 400 ? given.code : 400;
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: given.status && given.status !== "Success" ? given.status : "Failure",
    message: why ? `${denied}: ${why}` : `${denied} without explanation`,
    ...(given.reason && { reason: given.reason }),
    ...(given.details && { details: given.details }),
    code,
  });
}
