/** ValidatingAdmissionPolicy: rules about what may be written, as expressions. */
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from "@skiff/api/admissionregistration/v1";
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from "@skiff/api/resources";
import type { Server } from "../../server-parts.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import { isExempt } from "../policies/match-resources.ts";
import { registeredPolicies } from "../policies/registered-policies.ts";

/** What the plugin uses. */
export type PolicyDeps = Pick<Server, "caches" | "served" | "authorizer">;

/** The plugin. Without a policy it costs the comparison of a number; the machinery of expressions is loaded with the first. */
export function validatingAdmissionPolicy(deps: PolicyDeps): AdmissionPlugin {
  const registered = registeredPolicies<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>(
    deps.caches,
    validatingAdmissionPolicies,
    validatingAdmissionPolicyBindings,
  );

  async function askAll(request: AdmissionRequest): Promise<void> {
    const { askPolicies } = await import("./ask-policies.ts");
    await askPolicies(registered(), request, deps);
  }

  return {
    name: "ValidatingAdmissionPolicy",
    validate(request) {
      if (registered().length === 0 || isExempt(request)) return;
      return askAll(request);
    },
  };
}
