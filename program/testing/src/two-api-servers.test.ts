import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isConflict } from "@skiff/api";
import type { ConfigMap } from "@skiff/api/core/v1";
import { configMaps, endpointSlices, services } from "@skiff/api/resources";
import { type ApiServer, createApiServer } from "@skiff/apiserver";
import { createAuthority, generateTokenKey } from "@skiff/apiserver/pki";
import { type Client, createClient } from "@skiff/client";
import { openEtcdStore } from "@skiff/store/etcd";
import { startEtcd } from "@skiff/store/testing/etcd";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const namespace = "default";
const stack = new AsyncDisposableStack();
const servers: { readonly api: ApiServer; readonly client: Client }[] = [];

before(async () => {
  const home = await mkdtemp(join(tmpdir(), "skiff-two-"));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const authority = await createAuthority({ cn: "etcd-ca" });
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  const member = await authority.issue({ cn: "etcd", usages: ["server", "client"], sans: ["127.0.0.1"] });
  const etcd = await startEtcd(
    { after: (fn) => stack.defer(fn) },
    {
      scheme: "https",
      args: [
        ["--cert-file", await file("cert.pem", member.cert)],
        ["--key-file", await file("key.pem", member.key)],
        ["--trusted-ca-file", await file("ca.pem", authority.cert)],
        ["--client-cert-auth"],
      ].flat(),
    },
  );
  const signingKey = (await generateTokenKey()).key;
  for (const cn of ["1", "2"]) {
    const { cert, key } = await authority.issue({ cn, usages: ["client"] });
    const tls = { ca: Buffer.from(authority.cert), cert: Buffer.from(cert), key: Buffer.from(key) };
    const store = stack.use(await openEtcdStore({ endpoints: etcd.endpoints, prefix: "/skiff", tls, log }));
    const api = stack.use(
      await createApiServer({
        store,
        log,
        serviceCidr: "10.96.0.0/24",
        advertiseAddress: `192.0.2.${cn}`,
        serviceAccount: { issuer: "https://kubernetes.default.svc.cluster.local", signingKey },
      }),
    );
    await api.ready;
    servers.push({ api, client: createClient(api.localTransport({ name: "admin", groups: ["system:masters"] })) });
  }
});
after(() => stack.disposeAsync());

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  metadata: { name, namespace },
  data,
});
const server = (i: number) => {
  const found = servers[i % servers.length];
  assert.ok(found);
  return found;
};

describe("two API servers on one etcd, over TLS with client certificates", () => {
  it("show each other's writes at once", async () => {
    for (let i = 0; i < 20; i++) {
      const written = await server(i).client.create(configMaps, configMap(`seen-${i}`));
      const read = await server(i + 1).client.get(configMaps, { namespace, name: `seen-${i}` });
      assert.deepEqual(read.metadata, written.metadata);
      const { metadata, items } = await server(i + 1).client.list(configMaps, { namespace });
      assert.ok(items.some(({ metadata: { name } }) => name === `seen-${i}`));
      assert.ok(Number(metadata.resourceVersion) >= Number(written.metadata.resourceVersion));
    }
  });

  it("let one of two writers win who saw the same version", async () => {
    const made = await server(0).client.create(configMaps, configMap("contended"));
    const writes = await Promise.allSettled(
      [0, 1].map((i) => server(i).client.update(configMaps, { ...made, data: { by: String(i) } })),
    );
    const lost = writes.filter((write) => write.status === "rejected");
    assert.equal(lost.length, 1);
    assert.ok(isConflict(lost[0]?.reason));
  });

  it("never give two Services one address", async () => {
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        server(i).client.create(services, {
          metadata: { name: `s-${i}`, namespace },
          spec: { type: "NodePort", ports: [{ port: 80 }] },
        }),
      ),
    );
    assert.equal(new Set(made.map(({ spec }) => spec.clusterIP)).size, made.length);
    assert.equal(new Set(made.map(({ spec }) => spec.ports?.[0]?.nodePort)).size, made.length);
  });

  it("are both behind the kubernetes Service", async () => {
    const { endpoints: found } = await server(0).client.get(endpointSlices, { namespace, name: "kubernetes" });
    assert.deepEqual(
      (found ?? []).flatMap(({ addresses }) => addresses),
      ["192.0.2.1", "192.0.2.2"],
    );
  });

  it("take over each other's watches: a client that moves misses nothing and sees nothing twice", async () => {
    const { metadata } = await server(0).client.list(configMaps, { namespace });
    const writing = (async () => {
      for (let i = 0; i < 300; i++) await server(i).client.create(configMaps, configMap(`moved-${i}`));
    })();
    const seen: string[] = [];
    let resourceVersion = metadata.resourceVersion ?? "";
    for (let move = 0; seen.length < 300; move++) {
      const leave = new AbortController();
      const before = seen.length;
      const watch = server(move).client.watch(configMaps, { namespace, resourceVersion }, leave.signal);
      for await (const { type, object } of watch) {
        assert.equal(type, "ADDED");
        seen.push(object.metadata.name);
        resourceVersion = object.metadata.resourceVersion ?? "";
        if (seen.length >= before + 20) leave.abort();
        if (leave.signal.aborted) break;
      }
    }
    await writing;
    assert.deepEqual(
      seen,
      Array.from({ length: 300 }, (_, i) => `moved-${i}`),
    );
  });
});
