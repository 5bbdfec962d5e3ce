/** How long Pods take from being created to Running, with the image present. */
import { readFileSync } from "node:fs";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { type Client, createClient, httpTransport } from "@skiff/client";
import { parse } from "yaml";
import { median, type Row } from "./table.ts";

const SINGLES = 20;
const MANY = 100;

/** Rows for one Pod at a time and for many at once, against the cluster of a kubeconfig. */
export async function podRows(kubeconfig: string): Promise<Row[]> {
  const config = parse(readFileSync(kubeconfig, "utf8"));
  const decode = (text: string): Buffer => Buffer.from(text, "base64");
  await using transport = httpTransport({
    server: config.clusters[0].cluster.server,
    ca: decode(config.clusters[0].cluster["certificate-authority-data"]),
    cert: decode(config.users[0].user["client-certificate-data"]),
    key: decode(config.users[0].user["client-key-data"]),
  });
  const client = createClient(transport);
  const times: number[] = [];
  for (let i = 0; i < SINGLES; i++) times.push(await startPods(client, `one-${i}`, 1));
  const one = median(times);
  const many = await startPods(client, "many", MANY);
  return [
    {
      what: `Pod created → Running (median of ${SINGLES})`,
      measured: `${one.toFixed(0)} ms`,
      target: "≤ 250 ms",
      met: one <= 250,
    },
    {
      what: `${MANY} Pods created → all Running`,
      measured: `${(many / 1000).toFixed(1)} s`,
      target: "≤ 20 s",
      met: many <= 20_000,
    },
  ];
}

/** Creates `count` Pods, waits until all run, removes them; gives the milliseconds from the first create to the last Running. */
async function startPods(client: Client, prefix: string, count: number): Promise<number> {
  const names = new Set(Array.from({ length: count }, (_, i) => `${prefix}-${i}`));
  const stop = new AbortController();
  const labelSelector = `bench=${prefix}`;
  const { metadata } = await client.list(pods, { namespace: "default", labelSelector });
  const watching = client.watch<Pod>(
    pods,
    { namespace: "default", labelSelector, resourceVersion: metadata.resourceVersion },
    stop.signal,
  );
  const started = performance.now();
  const creating = Promise.all([...names].map((name) => client.create(pods, podOf(name, prefix))));
  let took = Number.NaN;
  const gone = new Set(names);
  for await (const { type, object } of watching) {
    const name = object.metadata.name ?? "";
    if (type === "DELETED") gone.delete(name);
    else if (object.status?.phase === "Running" && names.delete(name) && names.size === 0) {
      took = performance.now() - started;
      await creating;
      await client.deleteCollection(pods, { namespace: "default", labelSelector }, { gracePeriodSeconds: 1 });
    }
    if (gone.size === 0) break;
  }
  stop.abort();
  return took;
}

function podOf(name: string, bench: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { bench } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "main", image: "busybox", imagePullPolicy: "IfNotPresent", command: ["sleep", "3600"] }],
    },
  };
}
