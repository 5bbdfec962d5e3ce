/** Refuses webhooks and policies whose expressions do not compile, as part of their validation. */
import { isDeepStrictEqual } from "node:util";
import { StatusError } from "@skiff/api";
import type { ApiObject, Draft } from "../../state/api-object.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";

/** The plugin; it sees registrations only. The machinery of expressions is loaded with the first. */
export function expressionCheck(): AdmissionPlugin {
  async function check({ info, object, name }: AdmissionRequest): Promise<void> {
    const { expressionProblems } = await import("./expression-problems.ts");
    const problems = expressionProblems(info, object ?? {});
    if (problems.length > 0) throw StatusError.invalid(info, object?.metadata.name ?? name, problems);
  }

  return {
    name: "ExpressionCheck",
    concerns: ({ info, operation, subresource }) =>
      info.group === "admissionregistration.k8s.io" &&
      subresource === "" &&
      (operation === "CREATE" || operation === "UPDATE"),
    validate(request) {
      const { object, old } = request;
      // What was accepted once stays changeable, even if it would be refused today.
      if (!object || (old && sameContent(object, old))) return;
      return check(request);
    },
  };
}

function sameContent(object: Draft, old: ApiObject): boolean {
  const before = old as ApiObject & { readonly webhooks?: unknown };
  return isDeepStrictEqual([object.spec, object.webhooks], [before.spec, before.webhooks]);
}
