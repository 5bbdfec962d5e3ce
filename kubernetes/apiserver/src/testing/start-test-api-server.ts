/** A real API server for tests: real TLS, real store, thrown away at the end. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openSqliteStore, type Store } from "@skiff/store";
import { type Authority, createAuthority, generateTokenKey, type KeyPair } from "../pki/index.ts";
import { createApiServer } from "../server.ts";
import type { ApiServer, ApiServerOptions, Log } from "../server-options.ts";

/** A running server and what it takes to talk to it. */
export interface TestApiServer {
  readonly api: ApiServer;
  readonly store: Store;
  readonly port: number;
  readonly url: string;
  /** The path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly ca: string;
  readonly admin: KeyPair;
  /** A client certificate of this user. */
  clientFor(cn: string, o?: readonly string[]): Promise<KeyPair>;
  /** Issues further certificates, of users or of servers. */
  readonly authority: Authority;
}

/** What may be different. */
export interface TestApiServerOptions {
  /** Keep the state in a file, for tests of what survives; in memory otherwise. */
  readonly path?: string;
  readonly log?: Log;
  /** What of the server's options the test is about. */
  readonly options?: Partial<ApiServerOptions>;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Starts a server on a free port of 127.0.0.1 and stops it when the test ends. */
export async function startTestApiServer(
  t: Pick<TestContext, "after">,
  o: TestApiServerOptions = {},
): Promise<TestApiServer> {
  const log = o.log ?? silent;
  const directory = await mkdtemp(join(tmpdir(), "skiff-apiserver-"));
  const authority = await createAuthority({ cn: "skiff-test-ca" });
  const serving = await authority.issue({ cn: "kube-apiserver", sans: ["localhost", "127.0.0.1"], usages: ["server"] });
  const admin = await authority.issue({ cn: "kubernetes-admin", o: ["system:masters"], usages: ["client"] });
  const frontProxy = await authority.issue({ cn: "front-proxy-client", usages: ["client"] });
  const { key: signingKey } = await generateTokenKey();
  const store = await openSqliteStore({ path: o.path ?? ":memory:", log });
  const api = await createApiServer({
    store,
    log,
    serviceCidr: "10.96.0.0/16",
    advertiseAddress: "192.0.2.1",
    serviceAccount: { issuer: "https://kubernetes.default.svc.cluster.local", signingKey },
    kubeletClient: { ca: authority.cert, ...admin },
    frontProxy: { ca: authority.cert, ...frontProxy },
    tls: { ...serving, clientCa: authority.cert },
    ...o.options,
  });
  t.after(async () => {
    await api[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  const { port } = await api.listen({ host: "127.0.0.1", port: 0 });
  await api.ready;
  const url = `https://127.0.0.1:${port}`;
  const kubeconfig = join(directory, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigFor(url, authority.cert, admin), { mode: 0o600 });
  const clientFor = (cn: string, o: readonly string[] = []) => authority.issue({ cn, o, usages: ["client"] });
  return { api, store, port, url, kubeconfig, ca: authority.cert, admin, clientFor, authority };
}

function kubeconfigFor(server: string, ca: string, { cert, key }: KeyPair): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const cluster = { server, "certificate-authority-data": base64(ca) };
  const user = { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  });
}
