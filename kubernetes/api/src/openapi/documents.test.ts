import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openApiV2, openApiV3, openApiV3Paths } from "./documents.ts";

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly definitions: Readonly<Record<string, object>>;
}

function dangling(text: string, pattern: RegExp, known: object): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name).filter((name) => !Object.hasOwn(known, name));
}

describe("openApiV3()", () => {
  for (const path of Object.keys(openApiV3Paths())) {
    it(`describes ${path} with every schema it refers to`, () => {
      const text = openApiV3(path)?.body.toString() ?? "";
      const document: Document = JSON.parse(text);
      assert.ok(Object.keys(document.paths).length > 0);
      assert.deepEqual(dangling(text, /#\/components\/schemas\/([^"]+)/g, document.components.schemas), []);
    });
  }

  it("tells clients that the server validates fields", () => {
    const document: Document = JSON.parse(openApiV3("apis/apps/v1")?.body.toString() ?? "");
    const patch = document.paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?.patch;
    assert.deepEqual(patch?.["x-kubernetes-group-version-kind"], { group: "apps", kind: "Deployment", version: "v1" });
    const parameters = patch?.parameters as { name: string; in: string }[];
    assert.ok(parameters.some((parameter) => parameter.name === "fieldValidation" && parameter.in === "query"));
  });

  it("carries what apply needs to merge lists", () => {
    const document: Document = JSON.parse(openApiV3("api/v1")?.body.toString() ?? "");
    assert.deepEqual(document.components.schemas["io.k8s.api.core.v1.ServiceSpec"], {
      ...document.components.schemas["io.k8s.api.core.v1.ServiceSpec"],
      type: "object",
    });
    assert.match(
      JSON.stringify(document.components.schemas["io.k8s.api.core.v1.PodSpec"]),
      /"x-kubernetes-patch-strategy":"merge,retainKeys"/,
    );
  });

  it("has no document for what is not served", () => assert.equal(openApiV3("apis/nope/v1"), undefined));
});

describe("openApiV2()", () => {
  it("is one document that refers to nothing it lacks", () => {
    const text = openApiV2().toString();
    const document: Document = JSON.parse(text);
    assert.deepEqual(dangling(text, /#\/definitions\/([^"]+)/g, document.definitions), []);
    assert.ok(document.paths["/api/v1/namespaces/{namespace}/pods/{name}/log"]?.get);
  });
});
