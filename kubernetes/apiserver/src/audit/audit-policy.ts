/** `--audit-policy-file`: what is recorded of which requests (audit.k8s.io/v1, Policy). The first rule that matches decides. */
import type { Attributes } from "../authorization/authorizer.ts";
import type { User } from "../call.ts";
import { parseConfiguration } from "../configuration/configuration-file.ts";

/** How much of a request is recorded, growing. */
export const LEVELS = ["None", "Metadata", "Request", "RequestResponse"] as const;
export type AuditLevel = (typeof LEVELS)[number];

/** When in its life a request is recorded. */
export const STAGES = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"] as const;
export type AuditStage = (typeof STAGES)[number];

interface ResourceRule {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface AuditRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly ResourceRule[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

/** What is recorded of one request. */
export interface AuditDecision {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<AuditStage>;
  readonly omitManagedFields: boolean;
}

/** Decides what to record. */
export type AuditPolicy = (user: User, attributes: Attributes) => AuditDecision;

const NOTHING: AuditDecision = { level: "None", omitStages: new Set(), omitManagedFields: false };
const EXPECTED = { kind: "Policy", apiVersions: ["audit.k8s.io/v1"] };
const RULE_FIELDS = new Set<string>([
  "level",
  "users",
  "userGroups",
  "verbs",
  "resources",
  "namespaces",
  "nonResourceURLs",
  "omitStages",
  "omitManagedFields",
]);

/** Reads a policy. Throws, naming `path` and the field, when something is wrong with it. */
export function parseAuditPolicy(text: string, path: string): AuditPolicy {
  const object = parseConfiguration(text, path, EXPECTED, ["rules", "omitStages", "omitManagedFields"]);
  const rules = (object.rules ?? []) as readonly AuditRule[];
  const omitStages = (object.omitStages ?? []) as readonly AuditStage[];
  if (rules.length === 0) throw new Error(`${path}: rules: a policy needs at least one rule`);
  checkStages(omitStages, `${path}: omitStages`);
  rules.forEach((rule, index) => {
    checkRule(rule, `${path}: rules[${index}]`);
  });
  const omitByDefault = object.omitManagedFields === true;
  const compiled = rules.map((rule) => ({
    rule,
    decision: {
      level: rule.level,
      omitStages: new Set([...omitStages, ...(rule.omitStages ?? [])]),
      omitManagedFields: rule.omitManagedFields ?? omitByDefault,
    },
  }));
  return (user, attributes) => compiled.find(({ rule }) => applies(rule, user, attributes))?.decision ?? NOTHING;
}

function checkRule(rule: AuditRule, at: string): void {
  const unknown = Object.keys(rule).find((key) => !RULE_FIELDS.has(key));
  if (unknown !== undefined) throw new Error(`${at}: unknown field ${JSON.stringify(unknown)}`);
  if (!LEVELS.includes(rule.level))
    throw new Error(`${at}.level: ${JSON.stringify(rule.level)} is not one of ${LEVELS.join(", ")}`);
  checkStages(rule.omitStages ?? [], `${at}.omitStages`);
  if (rule.nonResourceURLs?.length && (rule.resources?.length || rule.namespaces?.length)) {
    throw new Error(`${at}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs`);
  }
  const odd = rule.nonResourceURLs?.find(
    (url) => url !== "*" && (!url.startsWith("/") || url.slice(0, -1).includes("*")),
  );
  if (odd !== undefined)
    throw new Error(`${at}.nonResourceURLs: ${JSON.stringify(odd)} is no path, or has a wildcard before its end`);
}

function checkStages(stages: readonly string[], at: string): void {
  const odd = stages.find((stage) => !STAGES.some((known) => known === stage));
  if (odd !== undefined) throw new Error(`${at}: ${JSON.stringify(odd)} is not one of ${STAGES.join(", ")}`);
}

function applies(rule: AuditRule, user: User, a: Attributes): boolean {
  if (rule.users?.length && !rule.users.includes(user.name)) return false;
  if (rule.userGroups?.length && !rule.userGroups.some((group) => user.groups.includes(group))) return false;
  if (rule.verbs?.length && !rule.verbs.includes(a.verb)) return false;
  if (rule.resources?.length || rule.namespaces?.length) {
    if (!a.isResource) return false;
    if (rule.namespaces?.length && !rule.namespaces.includes(a.namespace)) return false;
    return !rule.resources?.length || rule.resources.some((resource) => covers(resource, a));
  }
  if (!rule.nonResourceURLs?.length) return true;
  return !a.isResource && rule.nonResourceURLs.some((url) => pathMatches(url, a.path));
}

function covers({ group = "", resources = [], resourceNames = [] }: ResourceRule, a: Attributes): boolean {
  if (group !== a.group) return false;
  if (resourceNames.length > 0 && !resourceNames.includes(a.name)) return false;
  if (resources.length === 0) return true;
  const full = a.subresource === "" ? a.plural : `${a.plural}/${a.subresource}`;
  return resources.some(
    (resource) =>
      resource === "*" ||
      resource === full ||
      (a.subresource !== "" && (resource === `${a.plural}/*` || resource === `*/${a.subresource}`)),
  );
}

function pathMatches(url: string, path: string): boolean {
  return url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)));
}
