/** FlowSchema. */
import type {
  FlowSchema,
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from "@skiff/api/flowcontrol/v1";
import { isDns1123Label, isDns1123Subdomain } from "../../names.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkForm, checkRequiredForm } from "../meta/formats.ts";
import { specAndStatus } from "../strategy.ts";
import { checkConditions } from "./conditions.ts";
import { checkFixedSpec } from "./fixed-specs.ts";

const HIGHEST_PRECEDENCE = 10_000;
const DEFAULT_PRECEDENCE = 1000;
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];
const SUBJECT_FIELDS = { User: "user", Group: "group", ServiceAccount: "serviceAccount" } as const;

function checkSpec(spec: FlowSchemaSpec, name: string, errors: FieldError[]): void {
  const precedence = spec.matchingPrecedence ?? 0;
  const field = "spec.matchingPrecedence";
  if (precedence <= 0) errors.push(invalid(field, precedence, "must be a positive value"));
  if (precedence > HIGHEST_PRECEDENCE) {
    errors.push(invalid(field, precedence, `must not be greater than ${HIGHEST_PRECEDENCE}`));
  }
  if (precedence === 1 && name !== "exempt") {
    errors.push(invalid(field, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  const method = spec.distinguisherMethod;
  if (method && method.type !== "ByNamespace" && method.type !== "ByUser") {
    errors.push(notSupported("spec.distinguisherMethod.type", method, ["ByNamespace", "ByUser"]));
  }
  const level = spec.priorityLevelConfiguration?.name;
  if (level) checkForm(level, isDns1123Subdomain, "spec.priorityLevelConfiguration.name", errors);
  else errors.push(required("spec.priorityLevelConfiguration.name", "must reference a priority level"));
  spec.rules?.forEach((rule, index) => {
    checkRule(rule, `spec.rules[${index}]`, errors);
  });
}

function checkRule(rule: PolicyRulesWithSubjects, path: string, errors: FieldError[]): void {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  subjects.forEach((subject, index) => {
    checkSubject(subject, `${path}.subjects[${index}]`, errors);
  });
  if (subjects.length === 0) errors.push(required(`${path}.subjects`, "subjects must contain at least one value"));
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    errors.push(required(path, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  }
  resourceRules.forEach((one, index) => {
    checkResourceRule(one, `${path}.resourceRules[${index}]`, errors);
  });
  nonResourceRules.forEach((one, index) => {
    checkNonResourceRule(one, `${path}.nonResourceRules[${index}]`, errors);
  });
}

function checkSubject(subject: Subject, path: string, errors: FieldError[]): void {
  const kind = subject.kind as keyof typeof SUBJECT_FIELDS;
  if (!(kind in SUBJECT_FIELDS)) {
    errors.push(notSupported(`${path}.kind`, subject.kind ?? "", ["Group", "ServiceAccount", "User"]));
    return;
  }
  const field = SUBJECT_FIELDS[kind];
  if (subject[field] === undefined) {
    errors.push(required(`${path}.${field}`, `${field} is required when subject kind is '${kind}'`));
  } else if (kind === "ServiceAccount") checkServiceAccount(subject, `${path}.serviceAccount`, errors);
  else if (!subject[field]?.name) errors.push(required(`${path}.${field}.name`));
  for (const [otherKind, other] of Object.entries(SUBJECT_FIELDS)) {
    if (other === field || subject[other] === undefined) continue;
    errors.push(forbidden(`${path}.${other}`, `${other} is forbidden when subject kind is not '${otherKind}'`));
  }
}

function checkServiceAccount({ serviceAccount }: Subject, path: string, errors: FieldError[]): void {
  const { name = "", namespace = "" } = serviceAccount ?? {};
  if (name !== "*") checkRequiredForm(name, isDns1123Subdomain, `${path}.name`, errors);
  if (namespace) checkForm(namespace, isDns1123Label, `${path}.namespace`, errors);
  else errors.push(required(`${path}.namespace`, "must specify namespace for service account"));
}

function checkVerbs(verbs: readonly string[], field: string, errors: FieldError[]): void {
  if (verbs.length === 0) errors.push(required(field, "verbs must contain at least one value"));
  else if (checkWildcard(verbs, "verbs", field, errors)) return;
  else if (verbs.some((verb) => !VERBS.includes(verb))) errors.push(notSupported(field, verbs, VERBS));
}

/** Whether the list has a `*`, which then must be all it has. */
function checkWildcard(list: readonly string[], what: string, field: string, errors: FieldError[]): boolean {
  if (!list.includes("*")) return false;
  if (list.length > 1) errors.push(invalid(field, list, `if '*' is present, must not specify other ${what}`));
  return true;
}

function checkResourceRule(rule: ResourcePolicyRule, path: string, errors: FieldError[]): void {
  const { verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  checkVerbs(verbs, `${path}.verbs`, errors);
  if (apiGroups.length === 0) {
    errors.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  } else checkWildcard(apiGroups, "api groups", `${path}.apiGroups`, errors);
  if (resources.length === 0) {
    errors.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  } else checkWildcard(resources, "resources", `${path}.resources`, errors);
  const field = `${path}.namespaces`;
  if (namespaces.length === 0 && !clusterScope) {
    const why = "resource rules that are not cluster scoped must supply at least one namespace";
    errors.push(required(field, why));
  } else if (!checkWildcard(namespaces, "namespaces", field, errors)) {
    const form = (namespace: string) =>
      isDns1123Label(namespace).map((why) => `each member of this list must be '*' or a DNS-1123 label; ${why}`);
    namespaces.forEach((namespace, index) => {
      checkForm(namespace, form, `${field}[${index}]`, errors);
    });
  }
}

function checkNonResourceRule(rule: NonResourcePolicyRule, path: string, errors: FieldError[]): void {
  const { verbs = [], nonResourceURLs = [] } = rule;
  checkVerbs(verbs, `${path}.verbs`, errors);
  const field = `${path}.nonResourceURLs`;
  if (nonResourceURLs.length === 0) {
    errors.push(required(field, "nonResourceURLs must contain at least one value"));
  } else if (!checkWildcard(nonResourceURLs, "non-resource URLs", field, errors)) {
    nonResourceURLs.forEach((url, index) => {
      const why = whatIsWrong(url);
      if (why) errors.push(invalid(`${field}[${index}]`, url, why));
    });
  }
}

/** What is wrong with the path of a rule, in which a `*` may only stand at the end, after a slash. */
function whatIsWrong(url: string): string | undefined {
  if (url === "") return "must not be empty";
  if (url === "/") return undefined;
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  const stars = url.split("*").length - 1;
  if (stars > 1 || (stars === 1 && !url.endsWith("/*"))) return "wildcard can only do suffix matching";
  return undefined;
}

function validate(schema: FlowSchema): FieldError[] {
  const errors: FieldError[] = [];
  const { name } = schema.metadata;
  checkSpec(schema.spec, name, errors);
  checkFixedSpec("FlowSchema", name, schema.spec, errors);
  checkConditions(schema.status?.conditions, errors);
  return errors;
}

export const flowSchemaRules: KindRules<FlowSchema> = {
  ...specAndStatus<FlowSchema>(() => ({})),
  defaults({ spec }) {
    spec.matchingPrecedence ||= DEFAULT_PRECEDENCE;
  },
  validate,
  validateUpdate: validate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    checkConditions(status?.conditions, errors);
    return errors;
  },
  allowUnconditionalUpdate: false,
};
