import { type CelType, listOf, mapOf, objectType, STRING } from "@skiff/api/cel";

const REQUIREMENTS = listOf(
  objectType("kubernetes.SelectorRequirement", { key: STRING, operator: STRING, values: listOf(STRING) }),
);
const selector = (name: string) => objectType(name, { rawSelector: STRING, requirements: REQUIREMENTS });

/** The spec of a SubjectAccessReview as match conditions see it: its fields under their own names, reserved words or not. */
export const reviewType: CelType = objectType("kubernetes.SubjectAccessReviewSpec", {
  resourceAttributes: objectType("kubernetes.ResourceAttributes", {
    namespace: STRING,
    verb: STRING,
    group: STRING,
    version: STRING,
    resource: STRING,
    subresource: STRING,
    name: STRING,
    fieldSelector: selector("kubernetes.FieldSelectorAttributes"),
    labelSelector: selector("kubernetes.LabelSelectorAttributes"),
  }),
  nonResourceAttributes: objectType("kubernetes.NonResourceAttributes", { path: STRING, verb: STRING }),
  user: STRING,
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
  uid: STRING,
});
