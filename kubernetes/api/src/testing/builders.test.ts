import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyDefaults, validateCreate } from "../validation.ts";
import * as builders from "./index.ts";

const table = [
  { what: "aPod()", typeName: "core/v1.Pod", object: builders.aPod() },
  { what: "aRunningPod()", typeName: "core/v1.Pod", object: builders.aRunningPod("n", "10.0.0.1") },
  { what: "aNode()", typeName: "core/v1.Node", object: builders.aNode() },
  { what: "aNamespace()", typeName: "core/v1.Namespace", object: builders.aNamespace("a") },
  { what: "aService()", typeName: "core/v1.Service", object: builders.aService() },
  {
    what: "anEndpointSlice()",
    typeName: "discovery/v1.EndpointSlice",
    object: builders.anEndpointSlice("web", ["10.0.0.1"]),
  },
  { what: "aConfigMap()", typeName: "core/v1.ConfigMap", object: builders.aConfigMap({ a: "b" }) },
  { what: "aSecret()", typeName: "core/v1.Secret", object: builders.aSecret({ a: "b" }) },
  { what: "aDeployment()", typeName: "apps/v1.Deployment", object: builders.aDeployment() },
  { what: "aReplicaSet()", typeName: "apps/v1.ReplicaSet", object: builders.aReplicaSet() },
  { what: "aStatefulSet()", typeName: "apps/v1.StatefulSet", object: builders.aStatefulSet() },
  { what: "aDaemonSet()", typeName: "apps/v1.DaemonSet", object: builders.aDaemonSet() },
  { what: "aJob()", typeName: "batch/v1.Job", object: builders.aJob() },
];

describe("the builders of test objects", () => {
  for (const { what, typeName, object } of table) {
    it(`${what} makes a valid object that defaulting does not change`, () => {
      const defaulted = structuredClone(object);
      applyDefaults(typeName, defaulted);
      assert.deepEqual(defaulted, object);
      assert.deepEqual(validateCreate(typeName, object), []);
    });
  }
});
