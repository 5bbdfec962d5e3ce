/** Asks all policies that are about a request, and does what their bindings say of their verdicts. */
import { StatusError } from "@skiff/api";
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from "@skiff/api/admissionregistration/v1";
import type { Server } from "../../server-parts.ts";
import { type AdmissionRequest, annotate } from "../admission.ts";
import { valuesOf } from "../cel/activation.ts";
import { Verdicts } from "../cel/authorizer-library.ts";
import { whenAnswered } from "../cel/when-answered.ts";
import { matchedResource } from "../policies/match-resources.ts";
import { ConfigurationError, paramsOf } from "../policies/params.ts";
import type { RegisteredPolicy } from "../policies/registered-policies.ts";
import { refusal } from "../refusal.ts";
import { type CompiledPolicy, compilePolicy } from "./compiled-policy.ts";
import { evaluatePolicy, type Objection, type PolicyVerdict } from "./evaluate-policy.ts";

type Registered = RegisteredPolicy<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>;
type Deps = Pick<Server, "caches" | "served" | "authorizer">;

/** A reason to refuse the request. */
interface Denial {
  readonly policy: string;
  readonly binding: string | undefined;
  readonly message: string;
  readonly reason?: string | undefined;
}

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};
const LONGEST_ANNOTATION = 10 * 1024;
const FAILURES = "validation.policy.admission.k8s.io/validation_failure";

const compiled = new WeakMap<ValidatingAdmissionPolicy, CompiledPolicy>();

function compiledOf(policy: ValidatingAdmissionPolicy): CompiledPolicy {
  let found = compiled.get(policy);
  if (!found) {
    found = compilePolicy(policy);
    compiled.set(policy, found);
  }
  return found;
}

/** Throws StatusError with the first denial, after all have been asked. */
export async function askPolicies(
  policies: readonly Registered[],
  request: AdmissionRequest,
  deps: Deps,
): Promise<void> {
  const denials: Denial[] = [];
  const failures: object[] = [];
  const verdicts = new Verdicts(deps.authorizer);
  for (const { policy, bindings } of policies) {
    const { spec, metadata } = policy;
    const name = metadata.name;
    const info = matchedResource(spec.matchConstraints ?? {}, request, deps);
    if (!info) continue;
    const values = await valuesOf(request, info, { caches: deps.caches, verdicts });
    const annotations = new Map<string, Set<string>>();
    for (const binding of bindings) {
      if (binding.spec.matchResources && !matchedResource(binding.spec.matchResources, request, deps)) continue;
      for (const verdict of await verdictsOf(policy, binding)) {
        for (const objection of verdict.objections) act(binding, name, objection);
        for (const { key, value } of verdict.annotations) {
          const known = annotations.get(key) ?? new Set();
          annotations.set(key, known.add(value.slice(0, LONGEST_ANNOTATION)));
        }
        for (const message of verdict.annotationErrors) {
          denials.push({ policy: name, binding: binding.metadata.name, message });
        }
      }
    }
    for (const [key, all] of annotations) annotate(request, `${name}/${key}`, [...all].join(", "));

    async function verdictsOf(
      { spec }: ValidatingAdmissionPolicy,
      binding: ValidatingAdmissionPolicyBinding,
    ): Promise<readonly PolicyVerdict[]> {
      try {
        const params = paramsOf(spec.paramKind, binding.spec.paramRef, request.namespace, deps);
        const ask = (param: object | null) =>
          whenAnswered(() => evaluatePolicy(compiledOf(policy), values, param, spec.failurePolicy));
        return await Promise.all(params.map(ask));
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        if (spec.failurePolicy !== "Ignore") {
          const message = `failed to configure binding: ${error.message}`;
          denials.push({ policy: name, binding: binding.metadata.name, message });
        }
        return [];
      }
    }
  }
  if (failures.length > 0) annotate(request, FAILURES, JSON.stringify(failures));
  if (denials[0]) throw denialStatus(request, denials[0]);

  function act({ metadata, spec }: ValidatingAdmissionPolicyBinding, policy: string, objection: Objection): void {
    const { index, message, reason } = objection;
    const binding = metadata.name;
    for (const action of spec.validationActions ?? []) {
      if (action === "Deny") denials.push({ policy, binding, message, reason });
      else if (action === "Warn") {
        const text = `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`;
        request.warnings.push(text);
      } else {
        const { validationActions } = spec;
        failures.push({ message, policy, binding, expressionIndex: index, validationActions });
      }
    }
  }
}

function denialStatus(
  request: AdmissionRequest,
  { policy, binding, message, reason = "Invalid" }: Denial,
): StatusError {
  const by = binding === undefined ? "" : ` with binding '${binding}'`;
  const text = `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`;
  const { status } = refusal(request, text);
  const details = { ...status.details, causes: [{ message: text }] };
  return new StatusError({ ...status, reason, code: CODES[reason] ?? 422, details });
}
