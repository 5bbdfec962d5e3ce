/** ServiceAccount: its name is all there is to check. */
import type { ServiceAccount } from "@skiff/api/core/v1";
import type { KindRules } from "../kind-rules.ts";

export const serviceAccountRules: KindRules<ServiceAccount> = {
  validate: () => [],
  validateUpdate: () => [],
};
