/** POST of the authorization.k8s.io/v1 reviews: "may I", "may they", "what may I". */
import { apiVersionOf, type FieldError, type ResourceInfo, StatusError } from "@skiff/api";
import type {
  ResourceAttributes,
  SelfSubjectRulesReviewSpec,
  SubjectAccessReviewSpec,
} from "@skiff/api/authorization/v1";
import type { Attributes } from "../../authorization/authorizer.ts";
import { fieldAttributes, labelAttributes } from "../../authorization/selector-attributes.ts";
import type { Handler, User } from "../../call.ts";
import { readObject } from "../../objects/read-object.ts";
import type { Server } from "../../server-parts.ts";
import { resourceOf } from "../target.ts";

type Deps = Pick<Server, "authorizer">;

/** SubjectAccessReview, LocalSubjectAccessReview and SelfSubjectAccessReview. */
export function reviewAccess({ authorizer }: Deps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const draft = await readObject(call, info);
    const spec = (draft.spec ?? {}) as SubjectAccessReviewSpec;
    const self = info.kind === "SelfSubjectAccessReview";
    const local = info.kind === "LocalSubjectAccessReview" ? call.info.namespace : undefined;
    const errors = problemsOf(spec, self, local, draft.metadata?.namespace);
    if (errors.length > 0) throw StatusError.invalid({ ...info, kind: "" }, "", errors);
    const decision = await authorizer.authorize(self ? call.user : subjectOf(spec), attributesOf(spec));
    const { allowed, denied, reason, error } = decision;
    return answer(info, draft.spec, {
      allowed,
      ...(denied && { denied }),
      ...(reason && { reason }),
      ...(error && { evaluationError: error }),
    });
  };
}

/** SelfSubjectRulesReview. */
export function reviewRules({ authorizer }: Deps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const draft = await readObject(call, info);
    const { namespace } = (draft.spec ?? {}) as SelfSubjectRulesReviewSpec;
    if (!namespace) throw StatusError.badRequest("no namespace on request");
    const { rules, incomplete } = authorizer.rulesFor?.(call.user, namespace) ?? { rules: [] };
    const resourceRules = rules
      .filter((rule) => rule.resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames }));
    const nonResourceRules = rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
    return answer(
      info,
      {},
      {
        resourceRules,
        nonResourceRules,
        incomplete: incomplete !== undefined,
        ...(incomplete && { evaluationError: incomplete }),
      },
    );
  };
}

function subjectOf({ user = "", groups = [], uid, extra }: SubjectAccessReviewSpec): User {
  return { name: user, groups, uid, extra };
}

function problemsOf(
  spec: SubjectAccessReviewSpec,
  self: boolean,
  namespace: string | undefined,
  stated: string | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (field: string, badValue: unknown, detail: string) =>
    errors.push({ type: "FieldValueInvalid", field: `spec.${field}`, badValue, detail });
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if (resource && path) {
    wrong("nonResourceAttributes", path, "cannot be specified in combination with resourceAttributes");
  }
  if (!resource && !path) {
    const detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    wrong("resourceAttributes", "null", detail);
  }
  if (!self && !spec.user && !spec.groups?.length) {
    wrong("user", spec.user ?? "", "at least one of user or group must be specified");
  }
  if (resource) errors.push(...selectorProblems(resource));
  if (namespace === undefined) return errors;
  if (path) wrong("nonResourceAttributes", path, "disallowed on this kind of request");
  if (resource && (resource.namespace ?? "") !== (stated || namespace)) {
    wrong("resourceAttributes.namespace", resource.namespace ?? "", "must match metadata.namespace");
  }
  return errors;
}

function selectorProblems(resource: ResourceAttributes): FieldError[] {
  return (["fieldSelector", "labelSelector"] as const).flatMap((name): FieldError[] => {
    const selector = resource[name];
    if (!selector) return [];
    const field = `spec.resourceAttributes.${name}`;
    const listed = (selector.requirements ?? []).length > 0;
    if (listed && selector.rawSelector) {
      const detail = "may not specified at the same time as requirements";
      return [{ type: "FieldValueInvalid", field: `${field}.rawSelector`, badValue: selector.rawSelector, detail }];
    }
    if (listed || selector.rawSelector) return [];
    const detail = `when ${field} is specified, requirements or rawSelector is required`;
    return [{ type: "FieldValueRequired", field: `${field}.requirements`, detail }];
  });
}

function attributesOf({ resourceAttributes, nonResourceAttributes: path }: SubjectAccessReviewSpec): Attributes {
  const none = { group: "", version: "", namespace: "", plural: "", subresource: "", name: "" };
  if (path) return { ...none, isResource: false, verb: path.verb ?? "", path: path.path ?? "" };
  const { resource: plural = "", fieldSelector, labelSelector, ...rest }: ResourceAttributes = resourceAttributes ?? {};
  return {
    ...none,
    verb: "",
    ...rest,
    isResource: true,
    path: "",
    plural,
    fieldSelector: fieldSelector?.rawSelector ? fieldAttributes(fieldSelector.rawSelector) : fieldSelector,
    labelSelector: labelSelector?.rawSelector ? labelAttributes(labelSelector.rawSelector) : labelSelector,
  } as Attributes;
}

function answer(info: ResourceInfo, spec: unknown, status: object) {
  const object = { kind: info.kind, apiVersion: apiVersionOf(info), metadata: {}, spec, status };
  return { type: "object", code: 201, object } as const;
}
