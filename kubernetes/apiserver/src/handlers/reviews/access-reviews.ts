/** POST of the authorization.k8s.io/v1 reviews: "may I", "may they", "what may I". */
import { apiVersionOf, type ResourceInfo, StatusError } from "@skiff/api";
import type {
  ResourceAttributes,
  SelfSubjectRulesReviewSpec,
  SubjectAccessReviewSpec,
} from "@skiff/api/authorization/v1";
import type { Attributes } from "../../authorization/authorizer.ts";
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
    const user: User = self ? call.user : { name: spec.user ?? "", groups: spec.groups ?? [] };
    if (!self && !spec.user && !spec.groups?.length)
      throw missing(info, "spec.user", "at least one of user or group must be specified");
    const attributes = attributesOf(info, spec);
    const decision = authorizer.authorize(user, attributes);
    const status = { allowed: decision.allowed, ...(decision.reason && { reason: decision.reason }) };
    return answer(info, draft.spec, status);
  };
}

/** SelfSubjectRulesReview. */
export function reviewRules({ authorizer }: Deps): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const draft = await readObject(call, info);
    const { namespace } = (draft.spec ?? {}) as SelfSubjectRulesReviewSpec;
    if (!namespace) throw missing(info, "spec.namespace", "");
    const rules = authorizer.rulesFor?.(call.user, namespace) ?? [];
    const resourceRules = rules
      .filter((rule) => !rule.nonResourceURLs?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames }));
    const nonResourceRules = rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
    return answer(info, draft.spec, { resourceRules, nonResourceRules, incomplete: false });
  };
}

function attributesOf(info: ResourceInfo, spec: SubjectAccessReviewSpec): Attributes {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if ((resource === undefined) === (path === undefined)) {
    const detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    const error = { type: "FieldValueInvalid", field: "spec.resourceAttributes", badValue: "null", detail } as const;
    throw StatusError.invalid({ ...info, kind: "" }, "", [error]);
  }
  const none = { group: "", version: "", namespace: "", plural: "", subresource: "", name: "" };
  if (path) return { ...none, isResource: false, verb: path.verb ?? "", path: path.path ?? "" };
  const {
    verb = "",
    group = "",
    version = "",
    namespace = "",
    name = "",
    ...rest
  }: ResourceAttributes = resource ?? {};
  const { resource: plural = "", subresource = "" } = rest;
  return { isResource: true, path: "", verb, group, version, namespace, name, plural, subresource };
}

function answer(info: ResourceInfo, spec: unknown, status: object) {
  const object = { kind: info.kind, apiVersion: apiVersionOf(info), metadata: {}, spec, status };
  return { type: "object", code: 201, object } as const;
}

function missing(info: ResourceInfo, field: string, detail: string): StatusError {
  return StatusError.invalid(info, "", [{ type: "FieldValueRequired", field, detail }]);
}
