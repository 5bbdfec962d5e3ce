/** `--authorization-config`: AuthorizationConfiguration (apiserver.config.k8s.io/v1), the authorizers in the order they are asked. */
import { parseConfiguration } from "../configuration/configuration-file.ts";
import { goDuration } from "../configuration/go-duration.ts";
import type { AuthorizationWebhookOptions } from "./webhook/webhook-authorizer.ts";

/** One authorizer. */
export type AuthorizerConfiguration =
  | { readonly type: "Node" | "RBAC" | "AlwaysAllow" | "AlwaysDeny" }
  | { readonly type: "Webhook"; readonly webhook: AuthorizationWebhookOptions };

const EXPECTED = {
  kind: "AuthorizationConfiguration",
  apiVersions: ["v1", "v1beta1", "v1alpha1"].map((version) => `apiserver.config.k8s.io/${version}`),
};
const MODES = ["Node", "RBAC", "AlwaysAllow", "AlwaysDeny"] as const;
const LONGEST_TIMEOUT_MS = 30_000;

interface Stated {
  readonly type?: string;
  readonly name?: string;
  readonly webhook?: Readonly<Record<string, unknown>>;
}

/** Reads a configuration. Throws, naming `path` and the field, when something is wrong with it. */
export function parseAuthorizationConfiguration(text: string, path: string): readonly AuthorizerConfiguration[] {
  const object = parseConfiguration(text, path, EXPECTED, ["authorizers"]);
  const stated = (object.authorizers ?? []) as readonly Stated[];
  if (stated.length === 0) throw new Error(`${path}: authorizers: at least one authorization mode must be defined`);
  const names = new Set<string>();
  return stated.map((one, index) => {
    const field = `${path}: authorizers[${index}]`;
    const { type = "", name = "" } = one;
    if (name === "") throw new Error(`${field}.name: required`);
    if (names.has(name)) throw new Error(`${field}.name: duplicate value ${JSON.stringify(name)}`);
    names.add(name);
    if (type === "Webhook") return { type, webhook: webhookOf(one, field) };
    const mode = MODES.find((candidate) => candidate === type);
    if (!mode) throw new Error(`${field}.type: ${JSON.stringify(type)} is not one of Webhook, ${MODES.join(", ")}`);
    if (one.webhook) throw new Error(`${field}.webhook: may only be specified when type=Webhook`);
    if (stated.findIndex((other) => other.type === type) !== index)
      throw new Error(`${field}.type: duplicate value ${type}`);
    return { type: mode };
  });
}

/** The authorizers of `--authorization-mode`. Throws for a mode there is not. */
export function authorizersOfModes(
  modes: readonly string[],
  webhook: AuthorizationWebhookOptions | undefined,
): readonly AuthorizerConfiguration[] {
  return modes.map((mode): AuthorizerConfiguration => {
    if (mode === "Webhook") {
      if (!webhook) throw new Error("authorization-mode Webhook needs authorization-webhook-config-file");
      return { type: mode, webhook };
    }
    const known = MODES.find((candidate) => candidate === mode);
    if (!known)
      throw new Error(`authorization-mode ${JSON.stringify(mode)} is not one of ${[...MODES, "Webhook"].join(", ")}`);
    return { type: known };
  });
}

function webhookOf({ name = "", webhook }: Stated, field: string): AuthorizationWebhookOptions {
  if (!webhook) throw new Error(`${field}.webhook: required when type=Webhook`);
  const at = `${field}.webhook`;
  const duration = (key: string, fallback: number) =>
    webhook[key] === undefined ? fallback : goDuration(webhook[key], `${at}.${key}`);
  const timeoutMs = duration("timeout", 0);
  if (timeoutMs <= 0 || timeoutMs > LONGEST_TIMEOUT_MS)
    throw new Error(`${at}.timeout: must be more than 0s and no more than 30s`);
  if (webhook.subjectAccessReviewVersion !== "v1") throw new Error(`${at}.subjectAccessReviewVersion: must be v1`);
  const { failurePolicy } = webhook;
  if (failurePolicy !== "NoOpinion" && failurePolicy !== "Deny")
    throw new Error(`${at}.failurePolicy: must be NoOpinion or Deny`);
  const connection = webhook.connectionInfo as { readonly type?: string; readonly kubeConfigFile?: string } | undefined;
  if (connection?.type !== "KubeConfigFile" || !connection.kubeConfigFile) {
    throw new Error(`${at}.connectionInfo: must be of type KubeConfigFile with a kubeConfigFile`);
  }
  return {
    name,
    kubeconfig: connection.kubeConfigFile,
    authorizedTtlMs: duration("authorizedTTL", 300_000),
    unauthorizedTtlMs: duration("unauthorizedTTL", 30_000),
    timeoutMs,
    failurePolicy,
    matchConditions: (webhook.matchConditions ?? []) as readonly { readonly expression: string }[],
  };
}
