/** MutatingAdmissionPolicy: changes to what is written, as expressions. */
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from "@skiff/api/admissionregistration/v1";
import { mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings } from "@skiff/api/resources";
import type { Server } from "../../server-parts.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import { isExempt } from "../policies/match-resources.ts";
import { registeredPolicies } from "../policies/registered-policies.ts";

const NAME = "MutatingAdmissionPolicy";

/** What the plugin uses. */
export type PolicyDeps = Pick<Server, "caches" | "served" | "authorizer">;

/** The plugin. Without a policy it costs the comparison of a number; the machinery of expressions is loaded with the first. */
export function mutatingAdmissionPolicy(deps: PolicyDeps): AdmissionPlugin {
  const registered = registeredPolicies<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>(
    deps.caches,
    mutatingAdmissionPolicies,
    mutatingAdmissionPolicyBindings,
  );

  async function applyAll(request: AdmissionRequest): Promise<void> {
    const { applyPolicies } = await import("./apply-policies.ts");
    await applyPolicies(registered(), request, deps, NAME);
  }

  return {
    name: NAME,
    mutate(request) {
      if (registered().length === 0 || isExempt(request)) return;
      return applyAll(request);
    },
  };
}
