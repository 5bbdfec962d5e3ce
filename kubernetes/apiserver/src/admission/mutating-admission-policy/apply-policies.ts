/** Applies the mutations of all policies that are about a request, in order. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from "@skiff/api/admissionregistration/v1";
import { RUNTIME_BUDGET } from "@skiff/api/cel";
import { mergeTypeOf, objectTypeOf } from "@skiff/api/server";
import type { Server } from "../../server-parts.ts";
import type { ApiObject } from "../../state/api-object.ts";
import type { AdmissionRequest } from "../admission.ts";
import { valuesOf, withValues } from "../cel/activation.ts";
import { Verdicts } from "../cel/authorizer-library.ts";
import { meetsConditions } from "../cel/conditions.ts";
import { BudgetSpent, evaluate, type TotalBudget } from "../cel/expression.ts";
import { variablesIn } from "../cel/variables.ts";
import { whenAnswered } from "../cel/when-answered.ts";
import { matchedResource } from "../policies/match-resources.ts";
import { ConfigurationError, paramsOf } from "../policies/params.ts";
import type { RegisteredPolicy } from "../policies/registered-policies.ts";
import { refusal } from "../refusal.ts";
import { beginAgain, outdate, reinvocationState } from "../reinvocation-state.ts";
import { takeDocument } from "../webhooks/apply-patch.ts";
import { isOwnKind, objectsOf } from "../webhooks/request-fields.ts";
import { MutationError, withConfiguration, withOperations } from "./apply-mutation.ts";
import { type CompiledMutation, type CompiledPolicy, compilePolicy } from "./compiled-policy.ts";

type Registered = RegisteredPolicy<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>;
type Deps = Pick<Server, "caches" | "served" | "authorizer">;

/** One policy with one binding and one parameter. */
interface Invocation {
  readonly id: string;
  readonly policy: MutatingAdmissionPolicy;
  readonly binding: string;
  readonly info: ResourceInfo;
  readonly param: ApiObject | null;
}

interface Failure {
  readonly message: string;
  readonly reason?: string;
}

const compiled = new WeakMap<MutatingAdmissionPolicy, CompiledPolicy>();

function compiledOf(policy: MutatingAdmissionPolicy): CompiledPolicy {
  let found = compiled.get(policy);
  if (!found) {
    found = compilePolicy(policy);
    compiled.set(policy, found);
  }
  return found;
}

/** Changes the request's object. Throws StatusError when a policy fails that may not be ignored. */
export async function applyPolicies(
  policies: readonly Registered[],
  request: AdmissionRequest,
  deps: Deps,
  plugin: string,
): Promise<void> {
  const state = reinvocationState(request, plugin);
  const { reinvocation } = request;
  if (reinvocation.again) beginAgain(state, request);
  const verdicts = new Verdicts(deps.authorizer);
  const failures: Failure[] = [];

  const invocations: Invocation[] = [];
  for (const { policy, bindings } of policies) {
    const info = matchedResource(policy.spec.matchConstraints ?? {}, request, deps);
    if (info) invocations.push(...(await invocationsOf(policy, bindings, info)));
  }
  for (const invocation of invocations) {
    if (reinvocation.again && !state.outdated.has(invocation.id)) continue;
    for (const mutation of compiledOf(invocation.policy).mutations) {
      if (!request.object) continue;
      const changed = await attempt(invocation, () => mutate(invocation, mutation));
      if (changed) {
        outdate(state);
        reinvocation.wanted = true;
      }
    }
    if (invocation.policy.spec.reinvocationPolicy === "IfNeeded") state.upToDate.add(invocation.id);
  }
  state.lastOutput = request.object && structuredClone(request.object);
  if (failures[0]) throw denial(request, failures);

  /** The parameters of each binding for which the policy's conditions hold. */
  async function invocationsOf(
    policy: MutatingAdmissionPolicy,
    bindings: readonly MutatingAdmissionPolicyBinding[],
    info: ResourceInfo,
  ): Promise<readonly Invocation[]> {
    const { spec, metadata } = policy;
    const found: Invocation[] = [];
    const shown = await valuesOf(request, info, { caches: deps.caches, verdicts });
    for (const binding of bindings) {
      if (binding.spec.matchResources && !matchedResource(binding.spec.matchResources, request, deps)) continue;
      const at = { policy, binding: binding.metadata.name };
      await attempt(at, async () => {
        for (const param of paramsOf(spec.paramKind, binding.spec.paramRef, request.namespace, deps)) {
          const values = withValues(shown, { params: param });
          const { conditions } = compiledOf(policy);
          const met = await whenAnswered(() => meetsConditions(conditions, values, spec.failurePolicy));
          if (met.error !== undefined) throw new MutationError(met.error);
          const id = `${metadata.name}/${at.binding}/${param?.metadata.namespace ?? ""}/${param?.metadata.name ?? ""}`;
          if (met.matches) found.push({ ...at, id, info, param });
        }
      });
    }
    return found;
  }

  async function mutate({ policy, info, param }: Invocation, mutation: CompiledMutation): Promise<boolean> {
    const { object } = await objectsOf(request, info, deps.caches);
    if (!object) return false;
    const shown = await valuesOf(request, info, { caches: deps.caches, verdicts });
    const outcome = await whenAnswered(() => {
      const total: TotalBudget = { remaining: RUNTIME_BUDGET };
      const values = withValues(shown, { params: param });
      return evaluate(mutation.expression, variablesIn(compiledOf(policy).variables, values, total), total);
    });
    if (outcome.error !== undefined) throw new MutationError(outcome.error);
    const next =
      mutation.patchType === "JSONPatch"
        ? withOperations(object, outcome.value)
        : withConfiguration(object, outcome.value, mergeTypeFor(request, info));
    return takeDocument(next, request, info, deps.caches);
  }

  /** Notes the failures that a policy's author has to answer for. */
  async function attempt<T>(
    { policy, binding }: Pick<Invocation, "policy" | "binding">,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const known =
        error instanceof MutationError || error instanceof ConfigurationError || error instanceof BudgetSpent;
      if (!known) throw error;
      if (policy.spec.failurePolicy === "Ignore") return undefined;
      const message = `policy '${policy.metadata.name}' with binding '${binding}' denied request: ${error.message}`;
      failures.push({ message, ...(error instanceof MutationError && { reason: "Invalid" }) });
      return undefined;
    }
  }
}

function mergeTypeFor(request: AdmissionRequest, info: ResourceInfo) {
  const kind = isOwnKind(request) ? info : request.kind;
  return objectTypeOf(kind).merge ?? mergeTypeOf(kind.typeName);
}

/** The first failure, with all of them as causes. */
function denial(request: AdmissionRequest, failures: readonly Failure[]): StatusError {
  const { status } = refusal(request, "admission request denied by policy");
  const [first] = failures;
  return new StatusError({
    ...status,
    message: first?.message,
    reason: first?.reason ?? status.reason,
    details: { ...status.details, causes: failures.map(({ message }) => ({ message })) },
  });
}
