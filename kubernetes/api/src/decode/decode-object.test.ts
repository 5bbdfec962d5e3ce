import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { findKind } from "../resources.ts";
import { findType } from "../schema/type-info.ts";
import { decodeObject } from "./decode-object.ts";

const testdata = join(import.meta.dirname, "testdata");

function readObject(file: string): { apiVersion: string; kind: string } {
  return JSON.parse(readFileSync(join(testdata, file), "utf8"));
}

/** The type of an object that may be a subresource's, which the table of resources does not list by kind. */
function typeNameOf({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return findKind(group, version, kind)?.typeName ?? `${group.split(".")[0]}/${version}.${kind}`;
}

describe("decodeObject()", () => {
  for (const file of readdirSync(testdata).filter((name) => name.endsWith(".json"))) {
    it(`takes a full ${file.replace(/\.json$/, "")} without a warning and unchanged`, () => {
      const object = readObject(file);
      const typeName = typeNameOf(object);
      assert.ok(findType(typeName), `${typeName} is in the table`);
      assert.deepEqual(decodeObject(object, typeName, "Strict"), { object, warnings: [] });
    });
  }

  const refused: { when: string; spec: object; because: string }[] = [
    {
      when: "a list is an object",
      spec: { containers: {} },
      because: "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    },
    {
      when: "a string is a number",
      spec: { containers: [{ env: [{ name: "a", value: 1 }] }] },
      because: "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string",
    },
    {
      when: "an integer has a fraction",
      spec: { activeDeadlineSeconds: 1.5 },
      because:
        "json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64",
    },
    {
      when: "a quantity is none",
      spec: { containers: [{ resources: { limits: { cpu: "1.5.5" } } }] },
      because: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    },
    {
      when: "fields are unknown",
      spec: { containers: [{ imagePullPolcy: "Always" }], hostnetwork: true },
      because:
        'strict decoding error: unknown field "spec.containers[0].imagePullPolcy", unknown field "spec.hostnetwork"',
    },
  ];
  for (const { when, spec, because } of refused) {
    it(`refuses a Pod when ${when}`, () => {
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec };
      assert.throws(() => decodeObject(pod, "core/v1.Pod", "Strict"), {
        code: 400,
        message: `Pod in version "v1" cannot be handled as a Pod: ${because}`,
      });
    });
  }

  it("drops unknown fields, with a warning where warnings are asked for", () => {
    const pod = { metadata: { name: "a" }, spec: { nope: 1 } };
    const warned = decodeObject(pod, "core/v1.Pod", "Warn");
    assert.deepEqual(warned.warnings, ['unknown field "spec.nope"']);
    assert.deepEqual(decodeObject(pod, "core/v1.Pod", "Ignore"), { object: warned.object, warnings: [] });
    assert.deepEqual(warned.object, { metadata: { name: "a" }, spec: { containers: [] }, status: {} });
  });

  it("gives quantities, times and empty values the form the API server gives them", () => {
    const pod = {
      metadata: { name: "a", creationTimestamp: "2024-01-01T02:00:00.5+02:00", labels: {} },
      spec: {
        hostNetwork: false,
        nodeName: "",
        automountServiceAccountToken: false,
        volumes: [{ name: "v", emptyDir: {} }],
        containers: [{ name: "c", resources: { requests: { cpu: 0.5, memory: "1024Mi" } } }],
      },
    };
    assert.deepEqual(decodeObject(pod, "core/v1.Pod", "Strict").object, {
      metadata: { name: "a", creationTimestamp: "2024-01-01T00:00:00Z" },
      spec: {
        automountServiceAccountToken: false,
        volumes: [{ name: "v", emptyDir: {} }],
        containers: [{ name: "c", resources: { requests: { cpu: "500m", memory: "1Gi" } } }],
      },
      status: {},
    });
  });

  it("reads the several forms a schema of a custom resource may take", () => {
    const openAPIV3Schema = {
      type: "object",
      properties: {
        list: { type: "array", items: { type: "string" } },
        open: { type: "object", additionalProperties: true, "x-kubernetes-preserve-unknown-fields": true },
        map: { type: "object", additionalProperties: { type: "integer", default: 0 } },
        any: { default: { a: [1, null] }, enum: ["x", 1] },
      },
    };
    const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }];
    const spec = { group: "example.org", names: { plural: "as", kind: "A" }, scope: "Namespaced", versions };
    const definition = { metadata: { name: "as.example.org" }, spec };
    const { object } = decodeObject(definition, "apiextensions/v1.CustomResourceDefinition", "Strict");
    assert.deepEqual((object as typeof definition).spec, spec);
  });

  it("is not led astray by keys that mean something to JavaScript", () => {
    const data = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const { object } = decodeObject({ metadata: { name: "a" }, data }, "core/v1.ConfigMap", "Strict");
    assert.deepEqual(Object.entries((object as { data: object }).data), [
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });
});
