import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policyChange } from "./reconcile-policy.ts";

const rule = (resource: string, ...verbs: string[]) => ({ apiGroups: [""], resources: [resource], verbs });
const metadata = { name: "r" };
const REF = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" };
const subject = (name: string) => ({ kind: "User", name });

const CASES = [
  {
    when: "it gives what it should",
    present: { rules: [rule("*", "*")] },
    wanted: { rules: [rule("pods", "get")] },
    change: undefined,
  },
  {
    when: "a verb is missing",
    present: { rules: [rule("pods", "get"), rule("mine", "get")] },
    wanted: { rules: [rule("pods", "get", "list")] },
    change: { patch: { rules: [rule("pods", "get"), rule("mine", "get"), rule("pods", "list")] } },
  },
  {
    when: "a subject is missing and another was added",
    present: { roleRef: REF, subjects: [subject("eve")] },
    wanted: { roleRef: REF, subjects: [subject("ada")] },
    change: { patch: { subjects: [subject("eve"), subject("ada")] } },
  },
  {
    when: "it binds another role",
    present: { roleRef: { ...REF, name: "other" } },
    wanted: { roleRef: REF },
    change: { replace: true },
  },
  {
    when: "its owner has taken it over",
    present: {
      metadata: { ...metadata, annotations: { "rbac.authorization.kubernetes.io/autoupdate": "false" } },
      rules: [],
    },
    wanted: { rules: [rule("pods", "get")] },
    change: undefined,
  },
  {
    when: "it gathers the rules of others",
    present: { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] }, rules: [rule("x", "get")] },
    wanted: { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] }, rules: [rule("pods", "get")] },
    change: undefined,
  },
];

describe("what changes a role or binding of every cluster", () => {
  for (const { when, present, wanted, change } of CASES) {
    it(when, () => assert.deepEqual(policyChange({ metadata, ...present }, { metadata, ...wanted }), change));
  }
});
