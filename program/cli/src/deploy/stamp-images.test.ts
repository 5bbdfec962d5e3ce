import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deployments } from "@skiff/api/resources";
import type { Manifest } from "./manifests.ts";
import { stampImages } from "./stamp-images.ts";

const built = new Map([["shop/web:dev", "sha256:0123456789abcdef0123"]]);

function deploymentOf(image: string): Manifest {
  return {
    file: "web.yaml",
    resource: deployments,
    object: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: { replicas: 2, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ image }] } } },
    },
  };
}

describe("stampImages()", () => {
  it("notes the id of an image that was built here on the Pod template, and keeps the rest", () => {
    assert.deepEqual(stampImages(deploymentOf("shop/web:dev"), built).object.spec, {
      replicas: 2,
      template: {
        metadata: { labels: { app: "web" }, annotations: { "skiff.io/images": "0123456789ab" } },
        spec: { containers: [{ image: "shop/web:dev" }] },
      },
    });
  });

  it("leaves a manifest alone that uses other images", () => {
    const manifest = deploymentOf("nginx:1");
    assert.equal(stampImages(manifest, built), manifest);
  });
});
