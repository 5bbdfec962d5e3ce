/** helm 4 installs, upgrades, rolls back and removes a chart. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";

let cluster: Cluster;
let chart: string;

before(async () => {
  cluster = await startCluster("t-helm");
  chart = mkdtempSync(join(tmpdir(), "skiff-chart-"));
  mkdirSync(join(chart, "templates"));
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: small\nversion: 0.1.0\n");
  writeFileSync(join(chart, "values.yaml"), "replicas: 1\ntext: one\n");
  writeFileSync(
    join(chart, "templates/all.yaml"),
    `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  text: {{ .Values.text }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - { name: web, image: "busybox:1", imagePullPolicy: IfNotPresent, command: [httpd, -f, -p, "8080"] }
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: { app: {{ .Release.Name }} }
  ports: [{ port: 80, targetPort: 8080 }]
`,
  );
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
});

after(async () => {
  rmSync(chart, { recursive: true, force: true });
  await cluster[Symbol.asyncDispose]();
});

async function helm(args: string): Promise<string> {
  const done = await cluster.helm(args, { timeout: 120_000 });
  assert.equal(done.code, 0, `helm ${args}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

describe("helm", () => {
  it("installs and waits until everything runs", async () => {
    assert.match(await helm(`install small ${chart} --wait --timeout 60s`), /STATUS: deployed/);
    assert.equal(await cluster.ok("get deployment small -o jsonpath={.status.readyReplicas}"), "1");
    assert.match(await helm("list"), /small\s+default\s+1/);
  });
  it("upgrades", async () => {
    await helm(`upgrade small ${chart} --set replicas=2,text=two --wait --timeout 60s`);
    assert.equal(await cluster.ok("get deployment small -o jsonpath={.status.readyReplicas}"), "2");
    assert.equal(await cluster.ok("get configmap small -o jsonpath={.data.text}"), "two");
  });
  it("rolls back", async () => {
    await helm("rollback small 1 --wait --timeout 60s");
    assert.equal(await cluster.ok("get configmap small -o jsonpath={.data.text}"), "one");
    assert.match(await helm("history small"), /Rollback to 1/);
  });
  it("removes", async () => {
    await helm("uninstall small --wait --timeout 60s");
    assert.equal(
      await cluster.ok("get deployments,services,configmaps -l app.kubernetes.io/managed-by=Helm -o name"),
      "",
    );
    assert.equal((await cluster.kubectl("get deployment small")).code, 1);
  });
});
