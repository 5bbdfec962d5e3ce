/** One call to one webhook, from the question to its checked answer. */
import { StatusError } from "@skiff/api";
import type { Status } from "@skiff/api/meta/v1";
import type { WebhookCall, WebhookMetrics } from "../../metrics/webhook-metrics.ts";
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
  readonly metrics: WebhookMetrics;
}

/** What is asked of: a webhook that changes the object, or one that only looks at it. */
export type WebhookType = WebhookCall["type"];

/**
 * Asks the webhook. Its warnings and audit annotations are put on the request. Throws WebhookFailure when the webhook
 * could not be asked or did not answer properly, and StatusError when it denies the request, or cannot be asked on a
 * dry run because it may have side effects.
 */
export async function askWebhook(
  invocation: Invocation,
  request: AdmissionRequest,
  deps: AskDeps,
  type: WebhookType,
): Promise<{ readonly review: Review; readonly verdict: Verdict }> {
  const call = { name: invocation.registered.webhook.name, type, operation: request.operation };
  const began = performance.now();
  const asked = (outcome: "allowed" | "denied" | "failed") =>
    deps.metrics.webhookAsked(call, outcome, performance.now() - began);
  try {
    const answer = await ask(invocation, request, deps, type);
    asked("allowed");
    return answer;
  } catch (error) {
    asked(error instanceof WebhookFailure ? "failed" : "denied");
    throw error;
  }
}

async function ask(
  { registered: { webhook }, info }: Invocation,
  request: AdmissionRequest,
  { webhooks, caches }: AskDeps,
  type: WebhookType,
): Promise<{ readonly review: Review; readonly verdict: Verdict }> {
  const { name, sideEffects, clientConfig, admissionReviewVersions, timeoutSeconds = DEFAULT_TIMEOUT_S } = webhook;
  if (request.dryRun && sideEffects !== "None" && sideEffects !== "NoneOnDryRun") {
    throw StatusError.badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  }
  const { signal } = request.call.incoming;
  const review = await reviewOf(request, info, admissionReviewVersions, caches);
  const post = async (): Promise<unknown> => {
    try {
      return await webhooks.post(clientConfig, review.body, { timeoutMs: timeoutSeconds * 1000, signal });
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
      throw new WebhookFailure(`failed to call webhook: ${error.message}`, { cause: error });
    }
  };
  const verdict = verdictOf(review, await post(), type === "admit");
  for (const [key, value] of Object.entries(verdict.auditAnnotations)) annotate(request, `${name}/${key}`, value);
  request.warnings.push(...verdict.warnings);
  if (!verdict.allowed) throw denial(name, verdict.status ?? {});
  return { review, verdict };
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
