import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import { createApiServer, type UserIdentity } from "@skiff/apiserver";
import { createAuthority, createRequestSigner, generateTokenKey } from "@skiff/apiserver/pki";
import { type Client, createClient } from "@skiff/client";
import { startControllers } from "@skiff/controllers";
import { startScheduler } from "@skiff/scheduler";
import { openSqliteStore } from "@skiff/store";

export interface TestClusterOptions {
  /** Run the controllers: Deployments make ReplicaSets, these make Pods, and so on. Default true. */
  readonly controllers?: boolean;
  /** Run the scheduler. There are no nodes but those a test creates. Default false. */
  readonly scheduler?: boolean;
  /** Serve TLS on a free port of loopback too, for clients that are not in this process. Default false. */
  readonly listen?: boolean;
  /** Where log entries go. Default nowhere. */
  readonly log?: Logger;
}

/** A running cluster. Disposing of it stops everything and removes its files. */
export interface TestCluster extends AsyncDisposable {
  /** A client of the cluster's administrator. */
  readonly client: Client;
  /** A client in somebody's name: what they may not do is refused. */
  clientFor(user: UserIdentity): Client;
  /** Path of a kubeconfig, when the cluster listens. */
  readonly kubeconfig: string | undefined;
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silent,
};

const ADMIN: UserIdentity = { name: "kubernetes-admin", groups: ["system:masters"] };

/**
 * Starts an API server with its store, and with controllers and scheduler as asked. Resolves when the API answers and the
 * controllers know the cluster's state. Objects are those of the real thing: defaulted, validated, admitted, watched.
 */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { log = silent } = options;
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "skiff-cluster-"));
  stack.defer(() => rm(home, { recursive: true, force: true }));

  const authority = await createAuthority({ cn: "skiff-testing" });
  const serving = await authority.issue({ cn: "kube-apiserver", usages: ["server"], sans: ["localhost", "127.0.0.1"] });
  const store = stack.use(await openSqliteStore({ path: join(home, "state.db"), log }));
  const server = stack.use(
    await createApiServer({
      store,
      log,
      serviceCidr: "10.96.0.0/16",
      advertiseAddress: "192.0.2.1",
      serviceAccount: {
        issuer: "https://kubernetes.default.svc.cluster.local",
        signingKey: (await generateTokenKey()).key,
      },
      tls: { cert: serving.cert, key: serving.key, clientCa: authority.cert },
    }),
  );
  await server.ready;

  let kubeconfig: string | undefined;
  if (options.listen) {
    const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
    const admin = await authority.issue({ cn: ADMIN.name, o: ADMIN.groups, usages: ["client"] });
    kubeconfig = join(home, "kubeconfig");
    await writeFile(kubeconfig, kubeconfigOf(port, authority.cert, admin), { mode: 0o600 });
  }

  const clientFor = (user: UserIdentity): Client => createClient(server.localTransport(user));
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const component = { log, signal: stop.signal };
  if (options.controllers ?? true) {
    const client = clientFor({ name: "system:kube-controller-manager", groups: ["system:masters"] });
    stack.use(
      await startControllers({
        ...component,
        client,
        rootCa: authority.cert,
        clusterCidr: "10.244.0.0/16",
        certificates: await createRequestSigner(authority),
        legacyTokens: { issueLegacy: server.issueLegacyToken },
      }),
    );
  }
  if (options.scheduler) {
    const client = clientFor({ name: "system:kube-scheduler", groups: ["system:masters"] });
    stack.use(await startScheduler({ ...component, client }));
  }
  const owned = stack.move();
  return {
    client: clientFor(ADMIN),
    clientFor,
    kubeconfig,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** JSON is YAML. */
function kubeconfigOf(port: number, ca: string, admin: { readonly cert: string; readonly key: string }): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "testing", cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": base64(ca) } },
    ],
    users: [
      {
        name: "admin",
        user: { "client-certificate-data": base64(admin.cert), "client-key-data": base64(admin.key) },
      },
    ],
    contexts: [{ name: "testing", context: { cluster: "testing", user: "admin" } }],
    "current-context": "testing",
  });
}
