/** RoleBinding and ClusterRoleBinding. */
import type { ClusterRoleBinding, RoleBinding, Subject } from "@skiff/api/rbac/v1";
import { isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { type FieldError, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { validatedTwice } from "../strategy.ts";

const GROUP = "rbac.authorization.k8s.io";

type Binding = RoleBinding | ClusterRoleBinding;

function defaults(binding: Mutable<Binding>): void {
  if (binding.roleRef) binding.roleRef.apiGroup ||= GROUP;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === "User" || subject.kind === "Group") subject.apiGroup ||= GROUP;
  }
}

function validate(binding: Binding, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroup = "", kind = "", name = "" } = binding.roleRef ?? {};
  if (apiGroup !== GROUP) errors.push(notSupported("roleRef.apiGroup", apiGroup, [GROUP]));
  const kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  if (!kinds.includes(kind)) errors.push(notSupported("roleRef.kind", kind, kinds));
  if (name === "") errors.push(required("roleRef.name"));
  else for (const reason of isPathSegmentName(name)) errors.push(invalid("roleRef.name", name, reason));
  binding.subjects?.forEach((subject, index) => {
    checkSubject(subject, namespaced, `subjects[${index}]`, errors);
  });
  return errors;
}

function checkSubject(subject: Subject, namespaced: boolean, path: string, errors: FieldError[]): void {
  const { kind = "", name = "", apiGroup = "", namespace = "" } = subject;
  if (name === "") errors.push(required(`${path}.name`));
  switch (kind) {
    case "ServiceAccount":
      if (name !== "") {
        for (const reason of isDns1123Subdomain(name)) errors.push(invalid(`${path}.name`, name, reason));
      }
      if (apiGroup !== "") errors.push(notSupported(`${path}.apiGroup`, apiGroup, [""]));
      if (namespace === "" && !namespaced) errors.push(required(`${path}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== GROUP) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]));
      break;
    default:
      errors.push(notSupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
}

function rules<T extends Binding>(namespaced: boolean): KindRules<T> {
  return {
    name: isPathSegmentName,
    allowCreateOnUpdate: true,
    defaults(binding) {
      defaults(binding as Mutable<Binding>);
    },
    validate: (binding) => validate(binding, namespaced),
    validateUpdate: validatedTwice<T>(
      (binding) => validate(binding, namespaced),
      (binding, old, errors) => {
        if (sameMeaning(binding.roleRef, old.roleRef)) return;
        errors.push(invalid("roleRef", binding.roleRef, "cannot change roleRef"));
      },
    ),
  };
}

export const roleBindingRules = rules<RoleBinding>(true);
export const clusterRoleBindingRules = rules<ClusterRoleBinding>(false);
