/** MutatingWebhookConfiguration and ValidatingWebhookConfiguration. */
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from "@skiff/api/admissionregistration/v1";
import { isDns1035Label, isDns1123Subdomain } from "../../names.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { checkMatchConditions } from "./policy-parts.ts";
import { checkClientConfig } from "./webhook-client.ts";
import { checkRule } from "./webhook-rule.ts";

type Webhook = MutatingWebhook | ValidatingWebhook;
type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

/** The versions of AdmissionReview the server can send. */
const REVIEW_VERSIONS = ["v1", "v1beta1"];
const SIDE_EFFECTS = ["None", "NoneOnDryRun"];

function setDefaults(webhook: Mutable<Webhook>): void {
  webhook.failurePolicy ??= "Fail";
  webhook.matchPolicy ??= "Equivalent";
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= "*";
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
}

function checkWebhook(webhook: Webhook, field: string, errors: FieldError[]): void {
  checkName(webhook.name, `${field}.name`, errors);
  checkReviewVersions(webhook.admissionReviewVersions ?? [], `${field}.admissionReviewVersions`, errors);
  webhook.rules?.forEach((rule, index) => {
    checkRule(rule, `${field}.rules[${index}]`, errors);
  });
  checkOptionalOneOf(webhook.failurePolicy, ["Fail", "Ignore"], `${field}.failurePolicy`, errors);
  checkOptionalOneOf(webhook.matchPolicy, ["Equivalent", "Exact"], `${field}.matchPolicy`, errors);
  if (!webhook.sideEffects) {
    errors.push(required(`${field}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(", ")}`));
  } else if (!SIDE_EFFECTS.includes(webhook.sideEffects)) {
    errors.push(notSupported(`${field}.sideEffects`, webhook.sideEffects, SIDE_EFFECTS));
  }
  const seconds = webhook.timeoutSeconds ?? 10;
  if (seconds < 1 || seconds > 30) {
    errors.push(invalid(`${field}.timeoutSeconds`, seconds, "the timeout value must be between 1 and 30 seconds"));
  }
  checkLabelSelector(webhook.namespaceSelector, `${field}.namespaceSelector`, errors);
  checkLabelSelector(webhook.objectSelector, `${field}.objectSelector`, errors);
  checkClientConfig(webhook.clientConfig ?? {}, `${field}.clientConfig`, errors);
  checkMatchConditions(webhook.matchConditions, `${field}.matchConditions`, errors);
}

function checkName(name: string, field: string, errors: FieldError[]): void {
  if (!name) {
    errors.push(required(field));
    return;
  }
  const reasons = isDns1123Subdomain(name);
  for (const reason of reasons) errors.push(invalid(field, name, reason));
  if (reasons.length === 0 && name.split(".").length < 3) {
    errors.push(invalid(field, name, "should be a domain with at least three segments separated by dots"));
  }
}

function checkReviewVersions(versions: readonly string[], field: string, errors: FieldError[]): void {
  const accepted = REVIEW_VERSIONS.join(", ");
  if (versions.length === 0) {
    errors.push(required(field, `must specify one of ${accepted}`));
    return;
  }
  versions.forEach((version, index) => {
    const at = `${field}[${index}]`;
    if (versions.indexOf(version) < index) errors.push(invalid(at, version, "duplicate version"));
    for (const reason of isDns1035Label(version)) errors.push(invalid(at, version, reason));
  });
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.push(invalid(field, versions, `must include at least one of ${accepted}`));
  }
}

function validate({ webhooks = [] }: Configuration): FieldError[] {
  const errors: FieldError[] = [];
  webhooks.forEach((webhook, index) => {
    checkWebhook(webhook, `webhooks[${index}]`, errors);
    const first = webhooks.findIndex(({ name }) => name === webhook.name);
    if (first < index) errors.push(duplicate(`webhooks[${index}].name`, webhook.name));
  });
  return errors;
}

function countGeneration(configuration: Mutable<Configuration>, old: Configuration): void {
  const before = old.metadata.generation ?? 0;
  configuration.metadata.generation = sameMeaning(configuration.webhooks, old.webhooks) ? before : before + 1;
}

export const validatingWebhookConfigurationRules: KindRules<ValidatingWebhookConfiguration> = {
  anyFinalizer: true,
  defaults: ({ webhooks }) => webhooks?.forEach(setDefaults),
  validate,
  validateUpdate: validate,
  prepareForCreate(configuration) {
    configuration.metadata.generation = 1;
  },
  prepareForUpdate: countGeneration,
};

export const mutatingWebhookConfigurationRules: KindRules<MutatingWebhookConfiguration> = {
  anyFinalizer: true,
  defaults({ webhooks }) {
    for (const webhook of webhooks ?? []) {
      setDefaults(webhook);
      webhook.reinvocationPolicy ??= "Never";
    }
  },
  validate(configuration) {
    const errors = validate(configuration);
    configuration.webhooks?.forEach(({ reinvocationPolicy }, index) => {
      checkOptionalOneOf(reinvocationPolicy, ["IfNeeded", "Never"], `webhooks[${index}].reinvocationPolicy`, errors);
    });
    return errors;
  },
  prepareForCreate(configuration) {
    configuration.metadata.generation = 1;
  },
  prepareForUpdate: countGeneration,
};
