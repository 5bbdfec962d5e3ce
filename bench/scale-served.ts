/**
 * An API server alone, and how long it took to be ready: `scale-served.ts FILE`. When told to fill, it writes so many
 * objects first; when told `second`, it starts another in the same process.
 */
import { createPrivateKey } from "node:crypto";
import { flushCompileCache } from "node:module";
import { configMaps } from "@skiff/api/resources";
import { createApiServer } from "@skiff/apiserver";
import { openSqliteStore } from "@skiff/store";
import type { Scale, ScaleOrder, ServerKeys } from "./scale.ts";

const [path = "", keyText = ""] = process.argv.slice(2);
const keys = JSON.parse(keyText) as ServerKeys;
const quiet = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (m: string) => void process.stderr.write(`${m}\n`),
};
const { api, url } = await startServer(path);
flushCompileCache(); // what the first start compiled, the next ones find, as with `./skiff`
report();

async function startServer(path: string) {
  const store = await openSqliteStore({ path, log: quiet });
  const api = await createApiServer({
    store,
    log: quiet,
    serviceCidr: "10.96.0.0/16",
    advertiseAddress: "192.0.2.1",
    serviceAccount: { issuer: "https://kubernetes.default.svc", signingKey: createPrivateKey(keys.signingKey) },
    tls: keys,
  });
  const [{ port }] = await Promise.all([api.listen({ host: "127.0.0.1", port: 0 }), api.ready]);
  return { api, url: `https://127.0.0.1:${port}` };
}

function report(more: Partial<Scale> = {}): void {
  process.send?.({ url, started: performance.timeOrigin, rss: process.memoryUsage.rss(), ...more } satisfies Scale);
}

process.on("message", async (order: ScaleOrder) => {
  if (order.do === "fill") {
    await fill(order.count, order.bytes);
    report();
  } else if (order.do === "second") {
    const started = performance.now();
    await startServer(":memory:");
    report({ second: performance.now() - started });
  } else report();
});

async function fill(count: number, bytes: number): Promise<void> {
  const transport = api.localTransport({ name: "bench", groups: ["system:masters"] });
  const text = "x".repeat(bytes);
  let next = 0;
  const write = async () => {
    while (next < count) {
      const metadata = { name: `object-${String(next++).padStart(6, "0")}` };
      await transport.call({
        verb: "create",
        resource: configMaps,
        namespace: "default",
        body: { metadata, data: { text } },
      });
    }
  };
  await Promise.all(Array.from({ length: 64 }, write));
}
