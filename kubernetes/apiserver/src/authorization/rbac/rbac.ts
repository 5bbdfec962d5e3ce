import type { User } from "../../call.ts";
import {
  ALLOWED,
  type Attributes,
  type Authorizer,
  type Decision,
  NO_OPINION,
  type PolicyRule,
} from "../authorizer.ts";
import { joinErrors } from "../union.ts";
import type { Grant, PolicyIndex } from "./policy-index.ts";
import { resourceAllowed, ruleAllows } from "./rule.ts";

/** What is remembered of one user, of so many kinds of requests. Namespaces and verbs are what the client says they are. */
const VERDICTS = 2000;

/** An answer for all names, or by name. */
interface Verdict {
  readonly all: Decision | undefined;
  readonly byName: ReadonlyMap<string, Decision> | undefined;
  readonly otherwise: Decision;
}

/** What one user may do, as of one version of the policy. */
interface Rights {
  readonly version: number;
  readonly grants: readonly Grant[];
  readonly verdicts: Map<string, Verdict>;
}

/**
 * Decides by the stored Roles, ClusterRoles and their bindings, as rbac.authorization.k8s.io/v1 defines them. A user's bindings are
 * looked up once per version of the policy, and each kind of request is decided once.
 */
export function rbacAuthorizer(index: PolicyIndex): Authorizer {
  const known = new WeakMap<User, Rights>();
  const rightsOf = (user: User): Rights => {
    let rights = known.get(user);
    if (rights === undefined || rights.version !== index.version) {
      rights = { version: index.version, grants: index.grantsOf(user), verdicts: new Map() };
      known.set(user, rights);
    }
    return rights;
  };

  return {
    authorize(user, attributes) {
      const rights = rightsOf(user);
      if (!attributes.isResource) return pathDecision(index, rights, attributes);
      const { verb, group, plural, subresource, namespace, name } = attributes;
      const key = `${verb} ${group}/${plural}/${subresource} ${namespace}`;
      let verdict = rights.verdicts.get(key);
      if (verdict === undefined) {
        verdict = decide(index, rights, attributes);
        if (rights.verdicts.size >= VERDICTS) rights.verdicts.clear();
        rights.verdicts.set(key, verdict);
      }
      return verdict.all ?? verdict.byName?.get(name) ?? verdict.otherwise;
    },
    rulesFor(user, namespace) {
      const { rules, missing } = rulesOf(index, rightsOf(user), namespace);
      return {
        rules: rules.map(({ rule }) => rule),
        incomplete: missing.length === 0 ? undefined : joinErrors(missing),
      };
    },
  };
}

/** The rules the user holds in a namespace ("" for those of the whole cluster alone), and which roles named by bindings are not there. */
export function userRules(index: PolicyIndex, user: User, namespace: string): readonly PolicyRule[] {
  const rights = { version: index.version, grants: index.grantsOf(user), verdicts: new Map() };
  return rulesOf(index, rights, namespace).rules.map(({ rule }) => rule);
}

function rulesOf(index: PolicyIndex, { grants }: Rights, namespace: string) {
  const rules: { readonly rule: PolicyRule; readonly grant: Grant }[] = [];
  const missing: string[] = [];
  for (const grant of grants) {
    if (grant.namespace !== "" && grant.namespace !== namespace) continue;
    const found = index.rulesOf(grant.roleRef, grant.namespace);
    if (found) for (const rule of found) rules.push({ rule, grant });
    else
      missing.push(
        `${grant.roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(grant.roleRef.name)} not found`,
      );
  }
  return { rules, missing };
}

function decide(index: PolicyIndex, rights: Rights, attributes: Attributes): Verdict {
  const { rules, missing } = rulesOf(index, rights, attributes.namespace);
  const byName = new Map<string, Decision>();
  for (const { rule, grant } of rules) {
    if (!resourceAllowed(rule, attributes)) continue;
    const decision = { ...ALLOWED, reason: grant.reason };
    const names = rule.resourceNames ?? [];
    if (names.length === 0) return { all: decision, byName: undefined, otherwise: NO_OPINION };
    for (const name of names) if (!byName.has(name)) byName.set(name, decision);
  }
  return { all: undefined, byName: byName.size > 0 ? byName : undefined, otherwise: refusal(missing) };
}

// Paths are many and rules for them few: nothing is remembered.
function pathDecision(index: PolicyIndex, rights: Rights, attributes: Attributes): Decision {
  const { rules, missing } = rulesOf(index, rights, "");
  const found = rules.find(({ rule }) => ruleAllows(rule, attributes));
  return found ? { ...ALLOWED, reason: found.grant.reason } : refusal(missing);
}

function refusal(missing: readonly string[]): Decision {
  return missing.length === 0 ? NO_OPINION : { allowed: false, reason: `RBAC: ${joinErrors(missing)}` };
}
