import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isForbidden } from "@skiff/api";
import { configMaps, deployments, pods } from "@skiff/api/resources";
import { startCluster } from "./start-cluster.ts";

describe("startCluster()", () => {
  it("gives an API whose controllers act: a Deployment becomes Pods", async () => {
    await using cluster = await startCluster();
    const labels = { app: "web" };
    await cluster.client.create(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "web:1" }] } },
      },
    });
    const stop = AbortSignal.timeout(10_000);
    const seen = new Set<string>();
    for await (const { type, object } of cluster.client.watch(pods, { namespace: "default" }, stop)) {
      if (type === "ADDED") seen.add(object.metadata.name ?? "");
      if (seen.size === 2) break;
    }
    assert.ok([...seen].every((name) => name.startsWith("web-")));
  });

  it("refuses who may not", async () => {
    await using cluster = await startCluster({ controllers: false });
    const client = cluster.clientFor({ name: "nobody", groups: ["system:authenticated"] });
    await assert.rejects(client.list(configMaps, { namespace: "default" }), isForbidden);
  });
});
