/** ServiceAccount: its name is all there is to check. */
import type { ServiceAccount } from "@skiff/api/core/v1";
import type { KindRules } from "../kind-rules.ts";

const MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets";

export const serviceAccountRules: KindRules<ServiceAccount> = {
  warnings({ metadata }) {
    if (metadata.annotations?.[MOUNTABLE_SECRETS] === undefined) return [];
    const why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";
    return [`metadata.annotations[${MOUNTABLE_SECRETS}]: ${why}`];
  },
  validate: () => [],
  validateUpdate: () => [],
};
