import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { it } from "node:test";
import { isNotFound, type Logger } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { configMaps, nodes, pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "@skiff/apiserver/testing";
import { createClient, informers } from "@skiff/client";
import { busyboxImage, throwawayEngine } from "@skiff/engine/testing";
import { purgeKubelet, startKubelet } from "./kubelet.ts";

const log: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };

it("a Pod runs in real containers, is served, updated, adopted and taken away", { timeout: 60_000 }, async (t) => {
  const server = await startTestApiServer(t);
  const client = createClient(server.api.localTransport({ name: "admin", groups: ["system:masters"] }));
  const { engine, options } = await throwawayEngine(t);
  await busyboxImage(engine);
  const root = await mkdtemp(join(tmpdir(), "kubelet-"));
  t.after(async () => {
    purgeKubelet(root);
    await rm(root, { recursive: true, force: true });
  });
  const tls = { ...(await server.clientFor("system:node:node-a", ["system:nodes"])), clientCa: server.ca };
  const start = () =>
    startKubelet({
      nodeName: "node-a",
      client,
      runtime: engine,
      root,
      address: "127.0.0.1",
      port: 0,
      tls,
      clusterDns: "10.96.0.10",
      clusterDomain: "cluster.local",
      cgroupRoot: `/skiff-${options.instance}`,
      log,
    });
  const watching = new AbortController();
  t.after(() => watching.abort());
  const factory = informers(client, { log, signal: watching.signal });
  const informer = factory.for(pods);
  factory.start();
  await factory.synced();
  const until = (test: (pod: Pod | undefined) => boolean) =>
    new Promise<Pod | undefined>((resolve) => {
      const look = () => test(informer.cache.get("default/web")) && resolve(informer.cache.get("default/web"));
      informer.on({ add: look, update: look, delete: look });
      look();
    });
  const ready = (pod: Pod | undefined) =>
    pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

  await client.create(serviceAccounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "default" },
  });
  await client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "pages", namespace: "default" },
    data: { "index.html": "one" },
  });
  await client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", namespace: "default" },
    data: { "ca.crt": server.ca },
  });
  let kubelet = await start();
  t.after(() => kubelet[Symbol.asyncDispose]());
  const began = performance.now();
  await client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: {
      nodeName: "node-a",
      automountServiceAccountToken: true,
      terminationGracePeriodSeconds: 1,
      initContainers: [
        {
          name: "init",
          image: "busybox",
          imagePullPolicy: "IfNotPresent",
          command: ["sh", "-c", "echo made > /data/made"],
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        },
      ],
      containers: [
        {
          name: "web",
          image: "busybox",
          imagePullPolicy: "IfNotPresent",
          command: ["sh", "-c", "echo serving $(NAME); exec busybox httpd -f -p 8080 -h /www"],
          env: [{ name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
          ports: [{ containerPort: 8080, name: "http" }],
          readinessProbe: { httpGet: { port: "http" }, periodSeconds: 1 },
          resources: { limits: { memory: "64Mi" } },
          volumeMounts: [
            { name: "pages", mountPath: "/www" },
            { name: "data", mountPath: "/data" },
            { name: "data", mountPath: "/sub", subPath: "deep/er" },
          ],
        },
      ],
      volumes: [
        { name: "pages", configMap: { name: "pages" } },
        { name: "data", emptyDir: {} },
      ],
    },
  });
  const running = await until(ready);
  t.diagnostic(`ready after ${Math.round(performance.now() - began)} ms`);
  const ip = running?.status?.podIP;
  const page = async () => (await fetch(`http://${ip}:8080/`)).text();
  assert.equal(await page(), "one");

  const container = running?.status?.containerStatuses?.[0]?.containerID?.split("//")[1];
  const run = async (...cmd: string[]) => {
    const session = await engine.streaming.exec({ containerId: container, cmd, stdout: true, stderr: true });
    const [output] = await Promise.all([text(session.stdout), session.exit]);
    return output;
  };
  assert.equal(await run("cat", "/data/made"), "made\n");
  assert.match(await run("cat", "/etc/hosts"), new RegExp(`${ip}\\s+web\\n`));
  assert.match(
    await run("cat", "/etc/resolv.conf"),
    /search default.svc.cluster.local svc.cluster.local cluster.local/,
  );
  assert.match(await run("cat", "/var/run/secrets/kubernetes.io/serviceaccount/namespace"), /^default$/);

  await client.patch(configMaps, "default/pages", { data: { "index.html": "two" } }, { type: "merge" });
  while ((await page()) !== "two") await new Promise((resolve) => setTimeout(resolve, 20));

  await kubelet[Symbol.asyncDispose]();
  kubelet = await start();
  assert.equal((await client.get(nodes, "node-a")).metadata.name, "node-a");
  await client.patch(pods, "default/web", { metadata: { labels: { seen: "again" } } }, { type: "merge" });
  await engine.containers.kill(container ?? "", "SIGKILL");
  const again = await until((pod) => ready(pod) && pod?.status?.containerStatuses?.[0]?.restartCount === 1);
  assert.equal(again?.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 137);
  assert.equal(again?.status?.podIP, ip);

  await client.delete(pods, "default/web");
  await until((pod) => pod === undefined);
  await assert.rejects(client.get(pods, "default/web"), isNotFound);
  while ((await engine.sandboxes.list()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
});
