import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as handles from "./generated/resources.ts";
import { findKind, findResource, resources } from "./resources.ts";
import { findType } from "./schema/type-info.ts";

describe("resources", () => {
  for (const info of resources) {
    it(`has the types of ${info.group || "core"}/${info.version} ${info.plural}`, () => {
      assert.ok(findType(info.typeName));
      if (info.verbs.includes("list")) assert.ok(findType(`${info.typeName}List`));
      assert.equal(findResource(info.group, info.version, info.plural), info);
      assert.equal(findKind(info.group, info.version, info.kind), info);
    });
  }

  it("has a typed handle for each row", () => assert.deepEqual(new Set(Object.values(handles)), new Set(resources)));

  it("stores each resource in exactly one version, events of both groups being one", () => {
    const stored = resources.filter((info) => info.storageVersion).map((info) => info.plural);
    assert.deepEqual(stored.length, new Set(stored).size);
    assert.ok(stored.includes("horizontalpodautoscalers"));
  });

  it("forms plurals and subresources as the API does", () => {
    assert.equal(findKind("networking.k8s.io", "v1", "NetworkPolicy")?.plural, "networkpolicies");
    assert.equal(findKind("networking.k8s.io", "v1", "Ingress")?.plural, "ingresses");
    assert.equal(findKind("", "v1", "Endpoints")?.plural, "endpoints");
    const scale = findResource("apps", "v1", "deployments")?.subresources.find(({ name }) => name === "scale");
    assert.deepEqual([scale?.kind, scale?.group, scale?.version], ["Scale", "autoscaling", "v1"]);
  });
});
