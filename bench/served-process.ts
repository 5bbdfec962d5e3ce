/** The processes under load: the API server, and a bare handler that answers with the same bytes. */
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "@skiff/apiserver/testing";
import type { Served } from "./served.ts";

const [path = ""] = process.argv.slice(2);
const { api, url, ca, admin } = await startTestApiServer({ after: () => {} }, { path });
const transport = api.localTransport({ name: "bench", groups: ["system:masters"] });
const account = { metadata: { name: "default" } };
await transport.call({ verb: "create", resource: serviceAccounts, namespace: "default", body: account });
const body = { metadata: { name: "read" }, spec: { containers: [{ name: "main", image: "busybox" }] } };
const pod = await transport.call({ verb: "create", resource: pods, namespace: "default", body });
const bytes = Buffer.from(JSON.stringify(pod));

const bare = createSecureServer({ cert: admin.cert, key: admin.key }, (_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
});
await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
const served: Served = {
  api: url,
  bare: `https://localhost:${(bare.address() as AddressInfo).port}`,
  ca,
  ...admin,
  path: "/api/v1/namespaces/default/pods/read",
};
process.send?.(served);
