/** ValidatingAdmissionWebhook: asks all webhooks a write concerns, at once, whether it may be. */
import { validatingWebhookConfigurations } from "@skiff/api/resources";
import { WebhookFailure } from "../../outbound/webhook-client.ts";
import type { Log } from "../../server-options.ts";
import { type AdmissionPlugin, type AdmissionRequest, annotate } from "../admission.ts";
import { type AskDeps, askWebhook, failureOf } from "../webhooks/ask-webhook.ts";
import {
  checkStillWanted,
  type Invocation,
  type InvocationDeps,
  invocationOf,
  isExempt,
} from "../webhooks/invocation.ts";
import { type RegisteredWebhook, registrations } from "../webhooks/registrations.ts";

/** What the plugin uses. */
export interface ValidatingWebhooksDeps extends InvocationDeps, AskDeps {
  readonly log: Log;
}

/** The plugin. Without a registration it costs the comparison of a number. */
export function validatingWebhooks(deps: ValidatingWebhooksDeps): AdmissionPlugin {
  const registered = registrations(deps.caches, validatingWebhookConfigurations);

  /** Waits for all of them, then throws what the first that refused said. */
  async function askAll(request: AdmissionRequest, hooks: readonly RegisteredWebhook[]): Promise<void> {
    const invocations: Invocation[] = [];
    for (const hook of hooks) {
      const invocation = await invocationOf(hook, request, deps);
      if (invocation) invocations.push(invocation);
    }
    if (invocations.length === 0) return;
    checkStillWanted(request);
    const results = await Promise.allSettled(invocations.map((invocation, index) => ask(invocation, request, index)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async function ask(invocation: Invocation, request: AdmissionRequest, index: number): Promise<void> {
    const { name, failurePolicy } = invocation.registered.webhook;
    try {
      await askWebhook(invocation, request, deps, "validating");
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
      if (failurePolicy !== "Ignore") throw failureOf(name, error);
      deps.log.warn("a webhook could not be called, which its policy ignores", { webhook: name, error: error.message });
      deps.metrics.webhookPassedOver({ name, type: "validating", operation: request.operation });
      annotate(request, `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, name);
    }
  }

  return {
    name: "ValidatingAdmissionWebhook",
    validate(request) {
      const hooks: readonly RegisteredWebhook[] = registered();
      if (hooks.length === 0 || isExempt(request)) return;
      return askAll(request, hooks);
    },
  };
}
