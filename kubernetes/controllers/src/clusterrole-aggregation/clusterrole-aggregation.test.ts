import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClusterRole } from "@skiff/api/rbac/v1";
import { rulesOf } from "./clusterrole-aggregation.ts";

const rule = (resource: string) => ({ apiGroups: [""], resources: [resource], verbs: ["get"] });
const role = (name: string, labels: Record<string, string>, ...resources: string[]): ClusterRole => ({
  metadata: { name, labels },
  rules: resources.map(rule),
});

describe("the rules of a role that gathers others'", () => {
  it("are those of the roles any selector picks, each once, by the roles' names", () => {
    const gathering: ClusterRole = {
      metadata: { name: "all", labels: { view: "true" } },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { view: "true" } }, { matchLabels: { edit: "true" } }] },
      rules: [rule("old")],
    };
    const others = [
      role("b", { view: "true" }, "pods", "services"),
      role("a", { view: "true" }, "pods", "nodes"),
      role("c", { edit: "true" }, "secrets"),
      role("d", {}, "leases"),
    ];
    const resources = rulesOf(gathering, [gathering, ...others]).map((one) => one.resources?.[0]);
    assert.deepEqual(resources, ["pods", "nodes", "services", "secrets"]);
  });
});
