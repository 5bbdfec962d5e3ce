import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PolicyRule } from "../authorizer.ts";
import { compactRule, compactRules, uncovered } from "./covers.ts";

const rule = (apiGroups: string, resources: string, verbs: string, ...resourceNames: string[]): PolicyRule => ({
  apiGroups: apiGroups.split(" "),
  resources: resources.split(" "),
  verbs: verbs.split(" "),
  ...(resourceNames.length > 0 && { resourceNames }),
});
const url = (nonResourceURLs: string, verbs: string): PolicyRule => ({
  nonResourceURLs: nonResourceURLs.split(" "),
  verbs: verbs.split(" "),
});

const CASES: readonly { when: string; owned: PolicyRule[]; wanted: PolicyRule[]; missing: string[] }[] = [
  {
    when: "the same",
    owned: [rule("apps", "deployments", "get")],
    wanted: [rule("apps", "deployments", "get")],
    missing: [],
  },
  {
    when: "parts held by several rules",
    owned: [rule("apps", "deployments", "get"), rule("apps", "deployments", "list")],
    wanted: [rule("apps", "deployments", "get list")],
    missing: [],
  },
  {
    when: "one verb too many",
    owned: [rule("apps", "deployments", "get")],
    wanted: [rule("apps", "deployments", "get delete")],
    missing: ['{APIGroups:["apps"], Resources:["deployments"], Verbs:["delete"]}'],
  },
  {
    when: "a wildcard wanted where single resources are held",
    owned: [rule("apps", "deployments", "*")],
    wanted: [rule("apps", "*", "*")],
    missing: ['{APIGroups:["apps"], Resources:["*"], Verbs:["*"]}'],
  },
  {
    when: "a subresource of all",
    owned: [rule("", "*/status", "get")],
    wanted: [rule("", "pods/status", "get")],
    missing: [],
  },
  {
    when: "all names wanted where one is held",
    owned: [rule("", "secrets", "get", "a")],
    wanted: [rule("", "secrets", "get")],
    missing: ['{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'],
  },
  {
    when: "a name wanted where all are held",
    owned: [rule("", "secrets", "get")],
    wanted: [rule("", "secrets", "get", "a")],
    missing: [],
  },
  { when: "a path below a prefix", owned: [url("/api/*", "get")], wanted: [url("/api/v1", "get")], missing: [] },
  {
    when: "a prefix wanted where a path is held",
    owned: [url("/api/v1", "get")],
    wanted: [url("/api/*", "get")],
    missing: ['{NonResourceURLs:["/api/*"], Verbs:["get"]}'],
  },
];

describe("what some rules do not give of others", () => {
  for (const { when, owned, wanted, missing } of CASES) {
    it(when, () => assert.deepEqual(compactRules(uncovered(owned, wanted)).map(compactRule), missing));
  }
});
