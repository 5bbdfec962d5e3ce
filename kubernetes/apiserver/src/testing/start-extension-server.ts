/** An extension API server for tests: `flavours` of tea.test/v1, for callers the front proxy vouches for. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { createAuthority } from "../pki/index.ts";

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A running extension server. */
export interface ExtensionServer {
  readonly port: number;
  /** Base64, as APIServices have it. */
  readonly caBundle: string;
  /** The requests of users, without those of the server in front that looks whether this one is there. */
  readonly seen: SeenRequest[];
  /** While set, every request is answered with this code. */
  broken: number | undefined;
}

const GROUP_VERSION = "tea.test/v1";
const ROOT = `/apis/${GROUP_VERSION}`;
const RESOURCES = {
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: GROUP_VERSION,
  resources: [
    {
      name: "flavours",
      singularName: "flavour",
      namespaced: true,
      kind: "Flavour",
      verbs: ["get", "list", "watch", "create"],
      shortNames: ["fl"],
    },
    { name: "flavours/taste", singularName: "", namespaced: true, kind: "Flavour", verbs: ["get"] },
  ],
};
const flavour = (name: string) => ({
  kind: "Flavour",
  apiVersion: GROUP_VERSION,
  metadata: { name, namespace: "default", uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
});
const SCHEMA = {
  definitions: {
    "test.tea.v1.Flavour": {
      type: "object",
      "x-kubernetes-group-version-kind": [{ group: "tea.test", version: "v1", kind: "Flavour" }],
    },
  },
  paths: { [`${ROOT}/namespaces/{namespace}/flavours`]: { get: { operationId: "listFlavours" } } },
};

/** Starts the server on a free port, with a certificate for `serverName`; it takes callers of `frontProxyCa` only, and ends with the test. */
export async function startExtensionServer(
  t: Pick<TestContext, "after">,
  o: { readonly serverName: string; readonly frontProxyCa: string },
): Promise<ExtensionServer> {
  const authority = await createAuthority({ cn: "extension-test-ca" });
  const serving = await authority.issue({ cn: "extension", sans: [o.serverName], usages: ["server"] });
  const seen: SeenRequest[] = [];
  const sockets = new Set<Duplex>();
  const tls = { cert: serving.cert, key: serving.key, ca: o.frontProxyCa, requestCert: true };
  const server = createServer({ ...tls, rejectUnauthorized: false }, (message, response) => {
    const pieces: Buffer[] = [];
    message.on("data", (piece: Buffer) => pieces.push(piece));
    message.on("end", () => {
      const { method = "", url = "", headers } = message;
      const body = Buffer.concat(pieces).toString();
      if (headers["x-remote-user"] !== "system:kube-aggregator") seen.push({ method, url, headers, body });
      const json = (code: number, value: object) => {
        response.writeHead(code, { "content-type": "application/json", "x-tea": "green" });
        response.end(JSON.stringify(value));
      };
      if (extension.broken !== undefined) return json(extension.broken, {});
      if (!(message.socket as TLSSocket).authorized) return json(401, {});
      const path = url.split("?", 1)[0] ?? "";
      const collection = `${ROOT}/namespaces/default/flavours`;
      if (path === ROOT) return json(200, RESOURCES);
      if (path === "/openapi/v2") return json(200, { swagger: "2.0", info: { title: "tea" }, ...SCHEMA });
      if (path === "/openapi/v3") {
        return json(200, {
          paths: { "apis/tea.test/v1": { serverRelativeURL: "/openapi/v3/apis/tea.test/v1?hash=T" } },
        });
      }
      if (path === "/openapi/v3/apis/tea.test/v1") return json(200, { openapi: "3.0.0", paths: SCHEMA.paths });
      if (path === collection && url.includes("watch=")) {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(`${JSON.stringify({ type: "ADDED", object: flavour("green") })}\n`);
        return;
      }
      if (path === collection && method === "POST") return json(201, { ...flavour("new"), ...JSON.parse(body) });
      if (path === collection) {
        const items = [flavour("green"), flavour("black")];
        return json(200, { kind: "FlavourList", apiVersion: GROUP_VERSION, metadata: { resourceVersion: "1" }, items });
      }
      if (path === `${collection}/green`) return json(200, flavour("green"));
      const message404 = `flavours.tea.test "${path.split("/").at(-1)}" not found`;
      const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: message404 };
      return json(404, { ...status, reason: "NotFound", code: 404 });
    });
  });
  server.on("upgrade", (message, socket) => {
    seen.push({ method: message.method ?? "", url: message.url ?? "", headers: message.headers, body: "" });
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const caBundle = Buffer.from(authority.cert).toString("base64");
  const extension: ExtensionServer = { port, caBundle, seen, broken: undefined };
  return extension;
}
