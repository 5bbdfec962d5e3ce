/** MutatingAdmissionWebhook: lets webhooks change what is written, one after the other, by name of their configuration. */
import { StatusError } from "@skiff/api";
import { mutatingWebhookConfigurations } from "@skiff/api/resources";
import { WebhookFailure } from "../../outbound/webhook-client.ts";
import type { Log } from "../../server-options.ts";
import { type AdmissionPlugin, type AdmissionRequest, annotate } from "../admission.ts";
import { beginAgain, outdate, reinvocationState } from "../reinvocation-state.ts";
import { applyOperations, readPatch } from "../webhooks/apply-patch.ts";
import { type AskDeps, askWebhook, failureOf } from "../webhooks/ask-webhook.ts";
import {
  checkStillWanted,
  type Invocation,
  type InvocationDeps,
  invocationOf,
  isExempt,
} from "../webhooks/invocation.ts";
import { type RegisteredWebhook, registrations } from "../webhooks/registrations.ts";

const NAME = "MutatingAdmissionWebhook";

/** What the plugin uses. */
export interface MutatingWebhooksDeps extends InvocationDeps, AskDeps {
  readonly log: Log;
}

/** The plugin. Without a registration it costs the comparison of a number. */
export function mutatingWebhooks(deps: MutatingWebhooksDeps): AdmissionPlugin {
  const registered = registrations(deps.caches, mutatingWebhookConfigurations);

  async function callAll(request: AdmissionRequest, hooks: ReturnType<typeof registered>): Promise<void> {
    const state = reinvocationState(request, NAME);
    const { reinvocation } = request;
    if (reinvocation.again) beginAgain(state, request);
    for (const [index, hook] of hooks.entries()) {
      const invocation = await invocationOf(hook, request, deps);
      // A webhook that was not called in the first round is not called for the first time in the second.
      if (!invocation || (reinvocation.again && !state.outdated.has(hook.id))) continue;
      const changed = await callOne(invocation, request, index);
      if (changed) {
        outdate(state);
        reinvocation.wanted = true;
      }
      if (hook.webhook.reinvocationPolicy === "IfNeeded") state.upToDate.add(hook.id);
    }
    state.lastOutput = request.object && structuredClone(request.object);
  }

  /** Calls the webhook and applies its patch; answers whether that changed the object. Throws StatusError. */
  async function callOne(invocation: Invocation, request: AdmissionRequest, index: number): Promise<boolean> {
    const { webhook, configuration } = invocation.registered;
    const { name, failurePolicy } = webhook;
    const round = `round_${request.reinvocation.again ? 1 : 0}_index_${index}`;
    let mutated = false;
    try {
      mutated = await patchOf(invocation, request);
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
      if (failurePolicy !== "Ignore") throw failureOf(name, error);
      deps.log.warn("a webhook could not be called, which its policy ignores", { webhook: name, error: error.message });
      deps.metrics.webhookPassedOver({ name, type: "admit", operation: request.operation });
      annotate(request, `failed-open.mutation.webhook.admission.k8s.io/${round}`, name);
      checkStillWanted(request);
    }
    annotate(
      request,
      `mutation.webhook.admission.k8s.io/${round}`,
      JSON.stringify({ configuration, webhook: name, mutated }),
    );
    return mutated;
  }

  async function patchOf(invocation: Invocation, request: AdmissionRequest): Promise<boolean> {
    const { review, verdict } = await askWebhook(invocation, request, deps, "admit");
    const operations = verdict.patch === undefined ? [] : readPatch(verdict.patch);
    if (operations.length === 0) return false;
    if (!review.object) {
      const { name } = invocation.registered.webhook;
      throw StatusError.internal(
        `admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`,
      );
    }
    return applyOperations(operations, review.object, request, invocation.info, deps.caches);
  }

  return {
    name: NAME,
    mutate(request) {
      const hooks: readonly RegisteredWebhook[] = registered();
      if (hooks.length === 0 || isExempt(request)) return;
      return callAll(request, registered());
    },
  };
}
